"""Taking a redemption back on the same day, once: by two people at the desk, or asked for by one (待复核) and
granted or denied by another later; points and goods are held meanwhile."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards
from kiosk.ledger.entries import Entry, decode_own, entry_id
from kiosk.ledger.redemption import charged
from kiosk.ledger.refusals import Refused
from kiosk.services import basket, deeds, printing, staff
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store import journal
from kiosk.store.journal import Head
from kiosk.store.prepared import Prepared
from kiosk.store.tables import household, returned, void_case
from kiosk.store.tables import journal as journal_table
from kiosk.store.tables import staff as staff_table

REDEMPTIONS = ("redeem", "collect")  # kinds of entries that handed out goods
REASONS = ("mistake", "goods", "other")
MOST_CASES = 200  # shown at once


class VoidCase(msgspec.Struct, frozen=True, kw_only=True):
    """A redemption somebody asked to take back, waiting for a second person. The name is whole."""

    entry: str  # of the request
    redeemed: str  # the redemption's entry
    slip: str  # its slip
    household: str
    name: str
    day: str
    asked_by: str  # staff id
    why: str
    amount_tenths: int


def void(terminal: Terminal, epoch: int, seq: int, why: str, actor: str, second: str) -> str:
    """Undo a redemption of this business day, signed by two; returns the entry's id.

    Raises `Refused`: `second-needed`, `unknown-entry`, `not-reversible`, `already-reversed`, `not-today`,
    `partly-returned`, `role-may-not`.
    """
    assert why in REASONS
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "void")
        staff.require(writing.conn, second, "void")
        original = _voidable(writing, epoch, seq)
        number = printing.next_number(writing)
        body = {
            "of": [epoch, seq],
            "hh": original.body["hh"],
            "to": deeds.alive(original.body["from"], writing.day),
            "lines": original.body["lines"],
            "why": why,
            "slip": number,
        }
        head = writing.append("void", body, actor, second)
        _queue(writing, head, number, "slip.title_void", original, (actor, second))
    return entry_id(head.epoch, head.seq)


def ask(terminal: Terminal, epoch: int, seq: int, why: str, actor: str) -> str:
    """Ask to undo a redemption of this business day where no second person is near; returns the entry's id.

    Its points and the goods that were brought back are held until somebody else grants or denies it. Raises
    `Refused` as `void` does.
    """
    assert why in REASONS
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "void")
        original = _voidable(writing, epoch, seq)
        number = printing.next_number(writing)
        body = {
            "of": [epoch, seq],
            "hh": original.body["hh"],
            "amount": charged(original.body),
            "lines": original.body["lines"],
            "why": why,
            "slip": number,
        }
        head = writing.append("void-ask", body, actor)
        _queue(writing, head, number, "slip.title_void_ask", original, (actor, ""))
    return entry_id(head.epoch, head.seq)


def grant(terminal: Terminal, epoch: int, seq: int, actor: str) -> str:
    """Agree to a request: points back to their buckets, goods onto the shelf; returns the entry's id.

    Raises `Refused`: `unknown-entry`, `void-decided`, `second-needed` (the person who asked), `role-may-not`.
    """
    with terminal.write() as writing:
        asked, original = _open_case(writing, epoch, seq, actor)
        number = printing.next_number(writing)
        body = {
            "ask": [epoch, seq],
            "redeemed": asked.body["of"],
            "hh": asked.body["hh"],
            "to": deeds.alive(original.body["from"], writing.day),
            "lines": asked.body["lines"],
            "slip": number,
        }
        head = writing.append("void-grant", body, actor)
        _queue(writing, head, number, "slip.title_void", original, (asked.actor, actor))
    return entry_id(head.epoch, head.seq)


def deny(terminal: Terminal, epoch: int, seq: int, actor: str) -> str:
    """Not agree: the redemption stands, the goods go out again; returns the entry's id.

    Raises `Refused` as `grant` does.
    """
    with terminal.write() as writing:
        asked, _original = _open_case(writing, epoch, seq, actor)
        body = {
            "ask": [epoch, seq],
            "redeemed": asked.body["of"],
            "hh": asked.body["hh"],
            "amount": asked.body["amount"],
            "lines": asked.body["lines"],
        }
        head = writing.append("void-deny", body, actor)
    return entry_id(head.epoch, head.seq)


def waiting(terminal: Terminal) -> tuple[VoidCase, ...]:
    """Requests that wait for a second person, oldest first."""
    with terminal.read() as conn:
        return tuple(_case(conn, terminal, row) for row in _WAITING.all(conn))


def _voidable(writing: Writing, epoch: int, seq: int) -> Entry:
    original: Entry = deeds.reversible(writing.conn, epoch, seq, REDEMPTIONS)
    if original.day != writing.day:
        raise Refused("not-today")
    if _RETURNED.first(writing.conn, {"b_epoch": epoch, "b_seq": seq}) is not None:
        raise Refused("partly-returned")
    return original


def _open_case(writing: Writing, epoch: int, seq: int, actor: str) -> tuple[Entry, Entry]:
    """The request and the redemption it is about; `actor` may decide it."""
    staff.require(writing.conn, actor, "void")
    found = _CASE.first(writing.conn, {"b_epoch": epoch, "b_seq": seq})
    if found is None:
        raise Refused("unknown-entry")
    if found.state != "open":
        raise Refused("void-decided")
    asked = _entry(writing.conn, epoch, seq)
    if asked.actor == actor:
        raise Refused("second-needed")
    return asked, _entry(writing.conn, found.of_epoch, found.of_seq)


def _entry(conn: Connection, epoch: int, seq: int) -> Entry:
    row = journal.get(conn, epoch, seq)
    assert row is not None
    return decode_own(row.data)


def _queue(
    writing: Writing, head: Head, number: int, title: str, original: Entry, signed: tuple[str, str]
) -> None:
    body = original.body
    second = _STAFF_NAME.scalar(writing.conn, {"b_id": signed[1]}) or ""
    lines = printing.slip_lines(basket.priced(writing.conn, body["lines"]))
    slip = cards.slip_number(writing.terminal, original.epoch, body["slip"])
    printing.queue_paper(
        *(writing, head, number, title),
        tenths=charged(body),
        actor=signed[0],
        household=body["hh"],
        facts=(
            Fact(label="slip.of_slip", value=slip),
            *((Fact(label="slip.second", value=second, person=True),) if second else ()),
        ),
        lines=lines,
        total_tenths=charged(body),
        signs=("slip.sign_resident", "slip.sign_second"),
    )


def _case(conn: Connection, terminal: Terminal, row: Any) -> VoidCase:
    asked, original = decode_own(row.data), _entry(conn, row.of_epoch, row.of_seq)
    return VoidCase(
        entry=entry_id(row.epoch, row.seq),
        redeemed=entry_id(row.of_epoch, row.of_seq),
        slip=cards.slip_number(terminal.identity.terminal, original.epoch, original.body["slip"]),
        household=row.household,
        name=row.name or "",
        day=asked.day,
        asked_by=asked.actor,
        why=asked.body["why"],
        amount_tenths=asked.body["amount"],
    )


_RETURNED = Prepared(
    select(returned.c.sku).where(
        returned.c.epoch == bindparam("b_epoch"), returned.c.seq == bindparam("b_seq")
    )
)
_CASE = Prepared(
    select(void_case).where(void_case.c.epoch == bindparam("b_epoch"), void_case.c.seq == bindparam("b_seq"))
)
_STAFF_NAME = Prepared(select(staff_table.c.name).where(staff_table.c.id == bindparam("b_id")))
_WAITING = Prepared(
    select(void_case, household.c.name, journal_table.c.data)
    .select_from(
        void_case.join(
            journal_table,
            (journal_table.c.epoch == void_case.c.epoch) & (journal_table.c.seq == void_case.c.seq),
        ).outerjoin(household, household.c.id == void_case.c.household)
    )
    .where(void_case.c.state == "open")
    .order_by(void_case.c.epoch, void_case.c.seq)
    .limit(MOST_CASES)
)
