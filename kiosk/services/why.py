"""Why an entry is there: rule, people, proof, corrections and whatever else a noun knows of it.

A noun adds what it knows by a function in `TELLERS`; each looks at one entry and says facts, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards
from kiosk.ledger.entries import Entry, check_code, decode_own, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import rules, wayfacts
from kiosk.services.deeds import OPENING
from kiosk.services.terminal import Terminal
from kiosk.services.wayfacts import Fact as Step
from kiosk.store import journal, side
from kiosk.store.tables import activity, goods, household, loan, member, order_done, reversal, staff

Form = Literal["text", "person", "points", "word"]


class Fact(msgspec.Struct, frozen=True):
    """One thing that is known; `label` is the key of its words under `why`."""

    label: str
    value: str
    form: Form = "text"  # person: a whole name, mask it · points: tenths · word: a key under `why.word`


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is known of one entry."""

    entry: str
    kind: str
    day: str
    facts: tuple[Fact, ...]
    way: tuple[Step, ...]  # from declaration to publication, and what was objected
    names: dict[str, str]  # of the staff in `way`, by id; whole: mask them


Teller = Callable[[Connection, Entry], Iterator[Fact]]


def why(terminal: Terminal, epoch: int, seq: int) -> Why:
    """What is known of an entry of this terminal. Raises `Refused("unknown-entry")`."""
    with terminal.read() as conn:
        row = journal.get(conn, epoch, seq)
        if row is None:
            raise Refused("unknown-entry")
        entry = decode_own(row.data)
        facts = tuple(fact for teller in TELLERS for fact in teller(conn, entry))
        way = tuple(wayfacts.facts(conn, entry))
        names = {person.id: person.name for person in conn.execute(_NAMES)} if way else {}
    code = Fact("check-code", check_code(row.hash))
    return Why(
        entry=entry_id(epoch, seq), kind=entry.kind, day=entry.day, facts=(*facts, code), way=way, names=names
    )


def _whom(conn: Connection, entry: Entry) -> Iterator[Fact]:
    body = entry.body
    if "hh" in body:
        yield Fact("household", body["hh"][-4:])
        if name := conn.execute(_NAME, {"b_id": body["hh"]}).scalar():
            yield Fact("head", name, "person")
    if entry.kind.startswith("staff-"):
        name = conn.execute(_STAFF, {"b_id": body["staff"]}).scalar()
        yield Fact("whose", name, "person") if name else Fact("whose", body["staff"])
    if body.get("member"):
        named = {"b_household": body.get("hh", ""), "b_number": body["member"]}
        name = conn.execute(_MEMBER, named).scalar()
        yield Fact("member", name, "person") if name else Fact("member", str(body["member"]))
    if "how" in body:
        yield Fact("how", body["how"].partition(":")[0], "word")


def _what(_conn: Connection, entry: Entry) -> Iterator[Fact]:
    body = entry.body
    for label in ("amount", "charge", "saved", "expired", "repaid", "owed"):
        if isinstance(tenths := body.get(label), int) and tenths:
            yield Fact(label, str(tenths), "points")
    if body.get("expires"):
        yield Fact("expires", body["expires"])
    for label in ("double", "over"):
        if body.get(label):
            yield Fact(label, "yes", "word")


def _rule(conn: Connection, entry: Entry) -> Iterator[Fact]:
    """The version it was written under, as it read then."""
    body = entry.body
    named = body.get("rule", "")
    if named == OPENING:
        yield Fact("rule", OPENING, "word")
    elif named:
        versions = rules.versions(conn, named)
        owner = body.get("ro", "banner")
        fitting = [one for one in versions if (one.version, one.owner) == (body.get("rv", 0), owner)]
        known = fitting or versions
        yield Fact("rule", known[-1].title if known else named)
        yield Fact("version", f"{named} v{body.get('rv', 0)}")
        yield Fact("owner", owner, "word")
    if body.get("deed"):
        yield Fact("deed", body["deed"])


def _evidence(conn: Connection, entry: Entry) -> Iterator[Fact]:
    for ref in entry.body.get("ev", ()):
        kept = side.get(conn, ref)
        if kept is None or kept.erased:
            yield Fact("evidence", "erased" if kept else "elsewhere", "word")
        elif kept.kind == "note":
            yield Fact("note", kept.data.decode())
        else:
            yield Fact("photo", f"{len(kept.data) // 1000 + 1} KB · {ref[:8]}")


def _signed(conn: Connection, entry: Entry) -> Iterator[Fact]:
    for label, who in (("actor", entry.actor), ("second", entry.second)):
        if who:
            name = conn.execute(_STAFF, {"b_id": who}).scalar()
            yield Fact(label, name, "person") if name else Fact(label, who)
    if not entry.actor and "order" not in entry.body:
        yield Fact("actor", "terminal", "word")


def _order(conn: Connection, entry: Entry) -> Iterator[Fact]:
    if "order" in entry.body:
        yield Fact("order", entry.body["order"])
        if refused := conn.execute(_ORDER, {"b_id": entry.body["order"]}).scalar():
            yield Fact("order-refused", refused)


def _corrections(conn: Connection, entry: Entry) -> Iterator[Fact]:
    """What it corrects, and what corrected it."""
    if "of" in entry.body:
        yield Fact("corrects", entry_id(*entry.body["of"]))
    elif "order" in entry.body and "corrects" in entry.body:
        *terminal, epoch, seq = entry.body["corrects"]
        yield Fact("corrects", "/".join([*map(str, terminal), entry_id(epoch, seq)]))
    if isinstance(reason := entry.body.get("why"), str) and reason:
        yield Fact("reason", reason)
    row = conn.execute(_REVERSED, {"b_epoch": entry.epoch, "b_seq": entry.seq}).first()
    if row is not None:
        yield Fact("corrected-by", entry_id(row.by_epoch, row.by_seq))
        by = journal.get(conn, row.by_epoch, row.by_seq)
        if by is not None:
            yield Fact("corrected-on", decode_own(by.data).day)


def _loan(conn: Connection, entry: Entry) -> Iterator[Fact]:
    row = conn.execute(_LOAN, {"b_epoch": entry.epoch, "b_seq": entry.seq}).first()
    if row is not None:
        yield Fact("due", row.due)
        yield Fact("left", str(row.remaining), "points")
        if row.closed:
            yield Fact("closed", row.closed)


def _redemption(conn: Connection, entry: Entry) -> Iterator[Fact]:
    for sku, pieces, *_rest in entry.body.get("lines", ()):
        name = conn.execute(_GOODS, {"b_sku": sku}).scalar() or sku
        yield Fact("goods", f"{name}×{pieces}")
    if number := entry.body.get("slip"):
        yield Fact("slip", cards.slip_number(entry.terminal, entry.epoch, number))


def _activity(conn: Connection, entry: Entry) -> Iterator[Fact]:
    epoch, seq = (entry.epoch, entry.seq) if entry.kind == "activity" else entry.body.get("activity", (0, 0))
    row = conn.execute(_ACTIVITY, {"b_epoch": epoch, "b_seq": seq}).first()
    if row is not None:
        title, place = side.text(conn, row.title), side.text(conn, row.place)
        yield Fact("activity", f"{entry_id(epoch, seq)} {title}".strip())
        yield Fact("when", f"{row.day} {row.time} {place}".strip())


TELLERS: tuple[Teller, ...] = (
    _whom,
    _what,
    _rule,
    _activity,
    _evidence,
    _signed,
    _order,
    _redemption,
    _loan,
    _corrections,
)

_NAME = select(household.c.name).where(household.c.id == bindparam("b_id"))
_MEMBER = select(member.c.name).where(
    member.c.household == bindparam("b_household"), member.c.number == bindparam("b_number")
)
_NAMES = select(staff.c.id, staff.c.name)
_STAFF = select(staff.c.name).where(staff.c.id == bindparam("b_id"))
_ORDER = select(order_done.c.refused).where(order_done.c.id == bindparam("b_id"))
_REVERSED: Any = select(reversal.c.by_epoch, reversal.c.by_seq).where(
    reversal.c.epoch == bindparam("b_epoch"), reversal.c.seq == bindparam("b_seq")
)
_LOAN = select(loan.c.due, loan.c.remaining, loan.c.closed).where(
    loan.c.epoch == bindparam("b_epoch"), loan.c.seq == bindparam("b_seq")
)
_GOODS = select(goods.c.name).where(goods.c.sku == bindparam("b_sku")).order_by(goods.c.counts_from.desc())
_ACTIVITY = select(activity.c.title, activity.c.place, activity.c.day, activity.c.time).where(
    activity.c.epoch == bindparam("b_epoch"), activity.c.seq == bindparam("b_seq")
)
