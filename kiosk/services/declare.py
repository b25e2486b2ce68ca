"""Deeds declared (申报) by a resident, the grid or the panel, and their first review (初审)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import msgspec
from sqlalchemy import bindparam, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.ledger.rules import Rule
from kiosk.services import find, panel, rules, staff
from kiosk.services.clock import day_after, is_day
from kiosk.services.deeds import MOST_TENTHS
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import side
from kiosk.store.catalogue import rule_title
from kiosk.store.tables import declaration, household

Place = tuple[int, int]  # epoch and seq of an entry
What = Literal["earn", "deduct"]
Reason = Literal[
    "no-proof", "other-rule", "wrong-amount", "wrong-day", "counted-already", "not-true", "other"
]
REASONS: tuple[Reason, ...] = get_args(Reason)  # of what is sent back, and of other amounts
DEED_DAYS = 92  # how long ago a deed may be when it is declared
MOST_REVIEWED = 300  # declarations in one review
MOST_LISTED = 2_000


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody declares."""

    rule: str
    amount_tenths: int
    deed: str = ""  # the day it was done, "" for the business day
    what: What = "earn"
    household: str = ""  # not needed with a card
    member: int = 0  # number within the household of who did it, 0 for the household
    evidence: bytes = b""  # a photograph
    note: bytes = b""  # a photographed note


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """A declaration as it stands. The name is whole: mask it before it is shown."""

    entry: str
    household: str
    name: str
    member: int
    rule: str
    title: str
    what: str
    amount_tenths: int
    deed: str
    source: str  # resident, grid, panel
    actor: str
    day: str
    state: str  # declared, passed, listed, returned
    reviewer: str
    reviewed: str
    why: str


def declare(terminal: Terminal, claim: Claim, *, card: str = "", actor: str = "") -> str:
    """Declare a deed, by the household's card or by staff; returns the entry's id. It moves no point yet.

    Raises `Refused`: `card-or-staff`, `resident-earns`, `unknown-household`, `unknown-rule`,
    `absurd-amount`, `over-rule` (most_tenths=), `deed-day` (first=), `deduct-needs-photo`, `no-such-member`,
    `declared-already`, `too-large`, `role-may-not`, and with a card what `find.by_card` raises.
    """
    if not 0 < claim.amount_tenths <= MOST_TENTHS:
        raise Refused("absurd-amount")
    with terminal.write() as writing:
        body = _who(terminal, writing, claim, card, actor) | _deed(writing, claim)
        members = writing.conn.execute(_HOUSEHOLD, {"b_id": body["hh"]}).scalar()
        if members is None:
            raise Refused("unknown-household")
        if not 0 <= claim.member <= members:
            raise Refused("no-such-member")
        if writing.conn.execute(_AGAIN, _key(body)).first() is not None:
            raise Refused("declared-already")
        given = [(kind, data) for kind, data in (("photo", claim.evidence), ("note", claim.note)) if data]
        if given:
            body["ev"] = [side.put(writing.conn, kind, body["hh"], writing.day, data) for kind, data in given]
        head = writing.append("declare", body, actor)
    return entry_id(head.epoch, head.seq)


def review(terminal: Terminal, items: Sequence[Place], passed: bool, why: str, actor: str) -> str:
    """Pass declarations, or return them for a reason; returns the entry's id. All of them or none.

    Nobody reviews what they declared themselves, nor the own household. Raises `Refused`:
    `unknown-declaration`, `reviewed-already`, `review-own`, `stand-back`, `why-needed`, `too-many` (most=),
    `role-may-not`.
    """
    wanted = sorted(set(items))
    if not passed and why not in REASONS:
        raise Refused("why-needed")
    if not 0 < len(wanted) <= MOST_REVIEWED:
        raise Refused("too-many", most=MOST_REVIEWED)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "review")
        for epoch, seq in wanted:
            found = writing.conn.execute(_ONE, {"b_epoch": epoch, "b_seq": seq}).first()
            if found is None:
                raise Refused("unknown-declaration")
            if found.state != "declared":
                raise Refused("reviewed-already")
            if found.actor == actor:
                raise Refused("review-own")
            if panel.stands_back(writing.conn, actor, found.household):
                raise Refused("stand-back")
        body = {"items": [list(one) for one in wanted], "pass": int(passed), "why": "" if passed else why}
        head = writing.append("review", body, actor)
    return entry_id(head.epoch, head.seq)


def declarations(terminal: Terminal, state: str = "") -> tuple[Declared, ...]:
    """The declarations in `state`, or all, oldest first; at most `MOST_LISTED`, the latest."""
    chosen = _LISTED.where(declaration.c.state == state) if state else _LISTED
    with terminal.read() as conn:
        rows = conn.execute(chosen.limit(MOST_LISTED)).all()
    return tuple(_describe(row) for row in reversed(rows))


def within_rule(writing: Writing, rule_id: str, amount_tenths: int) -> Rule:
    """The rule as it counts. Raises `Refused`: `over-rule` above what one deed gives; as `rules.find`."""
    found = rules.find(writing.conn, writing.terminal, rule_id, writing.day)
    most = found.most or abs(found.amount)
    if amount_tenths > most:
        raise Refused("over-rule", most_tenths=most)
    return found


def _who(terminal: Terminal, writing: Writing, claim: Claim, card: str, actor: str) -> dict[str, Any]:
    """Whose deed it is and who says so."""
    if bool(card) == bool(actor):
        raise Refused("card-or-staff")
    if card:
        if claim.what != "earn":
            raise Refused("resident-earns")
        proof = find.prove_card(terminal, writing.conn, card)
        return {"hh": proof.household, "how": proof.how, "source": "resident"}
    person = staff.require(writing.conn, actor, "declare")
    if claim.what == "deduct" and not claim.evidence:
        raise Refused("deduct-needs-photo")
    return {"hh": claim.household, "source": person.role}


def _deed(writing: Writing, claim: Claim) -> dict[str, Any]:
    first, deed = day_after(writing.day, -DEED_DAYS), claim.deed or writing.day
    if not (is_day(deed) and first <= deed <= writing.day):
        raise Refused("deed-day", first=first)
    fields = {
        "rule": claim.rule,
        "rv": within_rule(writing, claim.rule, claim.amount_tenths).version,
        "what": claim.what,
        "amount": claim.amount_tenths,
        "deed": deed,
    }
    return fields | ({"member": claim.member} if claim.member else {})


def _key(body: dict[str, Any]) -> dict[str, Any]:
    named = {f"b_{name}": body[name] for name in ("hh", "rule", "what", "deed")}
    return named | {"b_member": body.get("member", 0)}


def _describe(row: Any) -> Declared:
    copied = ("household", "member", "rule", "what", "deed", "source", "actor", "day", "state", "reviewer")
    return Declared(
        entry=entry_id(row.epoch, row.seq),
        name=row.name or "",
        title=row.title or row.rule,
        amount_tenths=row.amount,
        reviewed=row.reviewed,
        why=row.why,
        **{name: getattr(row, name) for name in copied},
    )


_HOUSEHOLD = select(household.c.members).where(household.c.id == bindparam("b_id"))
_ONE = select(declaration).where(
    declaration.c.epoch == bindparam("b_epoch"), declaration.c.seq == bindparam("b_seq")
)
_AGAIN = select(declaration.c.seq).where(
    declaration.c.household == bindparam("b_hh"),
    declaration.c.member == bindparam("b_member"),
    declaration.c.rule == bindparam("b_rule"),
    declaration.c.what == bindparam("b_what"),
    declaration.c.deed == bindparam("b_deed"),
    declaration.c.state != "returned",
)
_LISTED = (
    select(declaration, household.c.name, rule_title(declaration.c.rule))
    .select_from(declaration.outerjoin(household, household.c.id == declaration.c.household))
    .order_by(declaration.c.epoch.desc(), declaration.c.seq.desc())
)
