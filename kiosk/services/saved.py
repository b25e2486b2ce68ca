"""Points put aside by a household (存): into the saved pot and out of it again."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, printing, staff
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store.tables import pot
from kiosk.words import points


class Saved(msgspec.Struct, frozen=True, kw_only=True):
    """The two pots after a deposit or withdrawal that is in the journal."""

    entry: str
    available_tenths: int
    saved_tenths: int
    slip: str


def save(terminal: Terminal, household_id: str, amount_tenths: int, actor: str) -> Saved:
    """Available points into the saved pot, soonest-ending first; saved points don't end.

    Raises `Refused`: `saved-too-few` (least_tenths=), `saved-full` (room_tenths=), `not-enough-points`
    (missing_tenths=), `absurd-amount`, `role-may-not`, `unknown-household`, `not-home`.
    """
    rules = terminal.settings.rules
    _sensible(amount_tenths)
    with terminal.write() as writing:
        _begin(writing, terminal, household_id, actor)
        _available, saved = _pots(writing.conn, household_id)
        if amount_tenths < rules.saved_least_points * 10:
            raise Refused("saved-too-few", least_tenths=rules.saved_least_points * 10)
        space = max(0, rules.saved_most_points * 10 - saved)
        if amount_tenths > space:
            raise Refused("saved-full", room_tenths=space)
        taken, missing = deeds.take_what_is_there(writing.conn, household_id, amount_tenths, ())
        if missing:
            raise Refused("not-enough-points", missing_tenths=missing)
        body = {"hh": household_id, "amount": amount_tenths, "from": taken}
        return _write(writing, "save", body, actor)


def unsave(terminal: Terminal, household_id: str, amount_tenths: int, actor: str) -> Saved:
    """Saved points back to available; they end as points earned today would.

    Less than the least amount is given only when it empties the pot. Raises `Refused`: `saved-too-few`
    (least_tenths=), `saved-not-enough` (saved_tenths=), and what `save` raises besides.
    """
    rules = terminal.settings.rules
    _sensible(amount_tenths)
    with terminal.write() as writing:
        _begin(writing, terminal, household_id, actor)
        _available, saved = _pots(writing.conn, household_id)
        if amount_tenths > saved:
            raise Refused("saved-not-enough", saved_tenths=saved)
        if amount_tenths < min(saved, rules.saved_least_points * 10):
            raise Refused("saved-too-few", least_tenths=rules.saved_least_points * 10)
        expires = deeds.last_day(rules, writing.day)
        body = {"hh": household_id, "amount": amount_tenths, "expires": expires}
        return _write(writing, "unsave", body, actor)


def _sensible(amount_tenths: int) -> None:
    if not 0 < amount_tenths <= deeds.MOST_TENTHS:
        raise Refused("absurd-amount")


def _begin(writing: Writing, terminal: Terminal, household_id: str, actor: str) -> None:
    staff.require(writing.conn, actor, "save")
    deeds.require_home(writing.conn, terminal, household_id)


def _write(writing: Writing, kind: str, body: dict[str, Any], actor: str) -> Saved:
    number = printing.next_number(writing)
    head = writing.append(kind, {**body, "slip": number}, actor)
    available, saved = _pots(writing.conn, body["hh"])
    slip = printing.queue_paper(
        writing,
        head,
        number,
        f"saved.slip_{kind}",
        tenths=body["amount"],
        actor=actor,
        household=body["hh"],
        facts=(
            Fact(label=f"saved.moved_{kind}", value=points(body["amount"]), bold=True),
            Fact(label="saved.now_saved", value=points(saved)),
            Fact(label="saved.now_available", value=points(available)),
            *([Fact(label="saved.ends", value=body["expires"])] if body.get("expires") else []),
        ),
        signs=("loan.sign_household", "slip.sign_clerk"),
    )
    return Saved(
        entry=entry_id(head.epoch, head.seq), available_tenths=available, saved_tenths=saved, slip=slip
    )


def _pots(conn: Connection, household_id: str) -> tuple[int, int]:
    row = conn.execute(_POT, {"b_household": household_id}).first()
    return (row.available, row.saved) if row else (0, 0)


_POT = select(pot.c.available, pot.c.saved).where(pot.c.household == bindparam("b_household"))
