"""Staff cards and PINs changed at the terminal, each by an entry: who, for whom, when; never the PIN."""

from __future__ import annotations

from typing import Any

import msgspec
from argon2 import PasswordHasher
from sqlalchemy import Connection, bindparam, select

from kiosk.keys import to_base32
from kiosk.ledger import cards as card_texts
from kiosk.ledger import cardstates
from kiosk.ledger.entries import decode_own, entry_id
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, staff
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store.tables import journal, staff_own
from kiosk.store.tables import staff as staff_table

REASONS = ("lost", "torn", "forgot", "first", "left", "other")
KINDS = ("staff-pin", "staff-reset", "staff-card", "staff-stop")


class Changed(msgspec.Struct, frozen=True, kw_only=True):
    """A change that is in the journal."""

    entry: str
    staff: str
    slip: str = ""
    text: str = ""  # the signed text of a new card's code


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One change as the books have it."""

    entry: str
    day: str
    kind: str
    staff: str
    why: str
    actor: str
    second: str


def change_pin(terminal: Terminal, staff_id: str, old: str, new: str) -> Changed:
    """Somebody's own PIN, who knows the old one. It counts here at once, until the county sets another.

    Raises `Refused`: what `staff.sign_in` raises, `staff-pin-form`, `staff-pin-same`.
    """
    person = staff.sign_in(terminal, staff_id, old).staff
    hashed = _hash(terminal, new)
    if new == old:
        raise Refused("staff-pin-same")
    with terminal.write() as writing:
        staff.active(writing.conn, person)
        body = {"staff": person, "hash": hashed, "over": _pin_over(writing.conn, person)}
        head = writing.append("staff-pin", body, person)
    return Changed(entry=entry_id(head.epoch, head.seq), staff=person)


def reset_pin(terminal: Terminal, staff_id: str, new: str, why: str, actor: str, second: str) -> Changed:
    """A forgotten PIN: its owner types a new one before two others, and signs the slip.

    Tries and locks of the old one are over. Raises `Refused`: `reason-needed`, `staff-pin-form`,
    `second-needed`, `staff-own` for one of the two, `staff-unknown`, `staff-revoked`, `role-may-not`.
    """
    _require_why(why)
    hashed = _hash(terminal, new)
    with terminal.write() as writing:
        name = _require_two(writing, staff_id, actor, second)
        number = printing.next_number(writing)
        body = {"staff": staff_id, "hash": hashed, "over": _pin_over(writing.conn, staff_id), "why": why}
        head = writing.append("staff-reset", body | {"slip": number}, actor, second)
        staff.forget_tries(writing.conn, staff_id)
        slip = _paper(writing, head, number, "staffing.reset", staff_id, name, actor, why)
    return Changed(entry=entry_id(head.epoch, head.seq), staff=staff_id, slip=slip)


def issue_card(terminal: Terminal, staff_id: str, why: str, actor: str, second: str) -> Changed:
    """A new staff card, signed by this terminal and good here alone; the old one stops at once.

    Raises `Refused` as `reset_pin` does, and `too-many-cards`.
    """
    _require_why(why)
    with terminal.write() as writing:
        name = _require_two(writing, staff_id, actor, second)
        serial, over = _next_serial(writing.conn, staff_id), _serial_over(writing.conn, staff_id)
        number = printing.next_number(writing)
        body = {"staff": staff_id, "serial": serial, "over": over, "why": why, "slip": number}
        head = writing.append("staff-card", body, actor, second)
        part = card_texts.staff_card_text(writing.issuer, staff_id, serial)
        text = f"{part}:{to_base32(terminal.key.sign(part.encode('ascii')))}"
        slip = _paper(writing, head, number, "staffing.card", staff_id, name, actor, why, text)
    return Changed(entry=entry_id(head.epoch, head.seq), staff=staff_id, slip=slip, text=text)


def stop(terminal: Terminal, staff_id: str, why: str, actor: str) -> Changed:
    """Card and PIN of somebody count no more, here at once; only the county lets them work again.

    Raises `Refused`: `reason-needed`, `staff-own`, `staff-unknown`, `staff-revoked`, `role-may-not`.
    """
    _require_why(why)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "staff")
        if staff_id == actor:
            raise Refused("staff-own")
        staff.active(writing.conn, staff_id)
        body = {"staff": staff_id, "over": _serial_over(writing.conn, staff_id), "why": why}
        head = writing.append("staff-stop", body, actor)
    return Changed(entry=entry_id(head.epoch, head.seq), staff=staff_id)


def changes(conn: Connection, first: str = "", last: str = "9999") -> tuple[Change, ...]:
    """What was changed here of staff cards and PINs on business days `first` … `last`, the latest first."""
    return tuple(_change(row) for row in conn.execute(_CHANGES, {"b_first": first, "b_last": last}))


def _change(row: Any) -> Change:
    one = decode_own(row.data)
    return Change(
        entry=entry_id(one.epoch, one.seq),
        day=one.day,
        kind=one.kind,
        staff=one.body["staff"],
        why=one.body.get("why", ""),
        actor=one.actor,
        second=one.second,
    )


def _require_why(why: str) -> None:
    if why not in REASONS:
        raise Refused("reason-needed")


def _require_two(writing: Writing, staff_id: str, actor: str, second: str) -> str:
    """The name of whose card or PIN it is; two others may change it."""
    if not second or second == actor:
        raise Refused("second-needed")
    staff.require(writing.conn, actor, "staff")
    staff.require(writing.conn, second, "staff-agree")
    if staff_id in (actor, second):
        raise Refused("staff-own")
    return staff.active(writing.conn, staff_id).name


def _hash(terminal: Terminal, pin: str) -> str:
    """Slow on purpose: made before the lock is taken."""
    if not staff.is_pin(pin):
        raise Refused("staff-pin-form")
    return PasswordHasher().hash(staff.pin_material(bytes.fromhex(terminal.identity.centre_key), pin))


def _pin_over(conn: Connection, staff_id: str) -> str:
    return str(conn.execute(_COUNTYS, {"b_id": staff_id}).one().pin)[-staff.PIN_TAIL :]


def _serial_over(conn: Connection, staff_id: str) -> int:
    return int(conn.execute(_COUNTYS, {"b_id": staff_id}).one().serial)


def _next_serial(conn: Connection, staff_id: str) -> int:
    last = conn.execute(_LAST, {"b_id": staff_id}).scalar() or 0
    serial = max(int(last) + 1, cardstates.LOCAL_SERIALS_FROM)
    if serial > cardstates.MOST_SERIAL:
        raise Refused("too-many-cards")
    return serial


def _paper(
    writing: Writing,
    head: Any,
    number: int,
    title: str,
    staff_id: str,
    name: str,
    actor: str,
    why: str,
    card: str = "",
) -> str:
    say = writing.words
    return printing.queue_paper(
        *(writing, head, number, title),
        actor=actor,
        card=card,
        facts=(
            Fact(label="staffing.whose", value=f"{mask_name(name)} {staff_id}", bold=True),
            Fact(label="staffing.reason", value=say(f"staffing.why.{why}")),
        ),
        notes=(say(f"{title}-note"),),
        second_copy="staffing.copy",
        signs=("staffing.sign-own", "slip.sign_clerk"),
    )


_COUNTYS = select(staff_table.c.pin, staff_table.c.serial).where(staff_table.c.id == bindparam("b_id"))
_LAST = select(staff_own.c.serial).where(staff_own.c.staff == bindparam("b_id"))
_CHANGES = (
    select(journal.c.data)
    .where(journal.c.kind.in_(KINDS), journal.c.day.between(bindparam("b_first"), bindparam("b_last")))
    .order_by(journal.c.epoch.desc(), journal.c.seq.desc())
)
