"""Goods brought back (退货), signed by two: points into the same buckets, good pieces onto the shelf, damaged
ones written off beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards, redemption
from kiosk.ledger.entries import Entry, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import basket, deeds, printing, staff
from kiosk.services.clock import days_between
from kiosk.services.terminal import Terminal, Writing
from kiosk.services.views import BasketLine
from kiosk.services.void import REASONS, REDEMPTIONS
from kiosk.slips.paper import Fact
from kiosk.store.journal import Head
from kiosk.store.prepared import Prepared
from kiosk.store.tables import pot, returned

GOOD, DAMAGED = CONDITIONS = ("good", "damaged")
WRITTEN_OFF = "returned-damaged"  # why the damaged pieces are written off


class Back(NamedTuple):
    """Pieces of one good that come back in one condition."""

    sku: str
    pieces: int
    condition: str  # good, damaged


class Returned(msgspec.Struct, frozen=True, kw_only=True):
    """A return that is in the journal."""

    entry: str
    slip: str
    back_tenths: int
    available_tenths: int
    written_off: str  # entry that wrote the damaged pieces off, "" where all were good
    lines: tuple[BasketLine, ...]


def take_back(
    terminal: Terminal, epoch: int, seq: int, back: Iterable[Back], why: str, actor: str, second: str
) -> Returned:
    """Take goods of a redemption back, in parts if wanted, never more than was handed out.

    Points at the price they were redeemed at; the last taken come back first. Raises `Refused`:
    `second-needed`, `unknown-entry`, `not-reversible`, `already-reversed`, `return-too-late` (days=),
    `return-too-many` (item=, left=), `empty-basket`, `absurd-quantity`, `role-may-not`.
    """
    assert why in REASONS
    if not second or second == actor:
        raise Refused("second-needed")
    tidied = _tidy(terminal, back)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "return")
        staff.require(writing.conn, second, "return")
        original: Entry = deeds.reversible(writing.conn, epoch, seq, REDEMPTIONS)
        days = terminal.settings.rules.return_days
        if days_between(original.day, writing.day) > days:
            raise Refused("return-too-late", days=days)
        body = _body(writing, original, tidied) | {"why": why}
        head = writing.append("return", body, actor, second)
        off = _write_off(writing, head, body["lines"], (actor, second))
        lines = basket.priced(writing.conn, body["lines"])
        slip = _queue(writing, head, original, body, lines, actor)
        available = _AVAILABLE.scalar(writing.conn, {"b_household": body["hh"]}) or 0
    return Returned(
        entry=entry_id(head.epoch, head.seq),
        slip=slip,
        back_tenths=body["amount"],
        available_tenths=available,
        written_off=off,
        lines=lines,
    )


def returnable(terminal: Terminal, epoch: int, seq: int) -> tuple[BasketLine, ...]:
    """What of a redemption can still come back, at the price it went for.

    Raises `Refused`: `unknown-entry`, `not-reversible`, `already-reversed`.
    """
    with terminal.read() as conn:
        original: Entry = deeds.reversible(conn, epoch, seq, REDEMPTIONS)
        before = {row.sku: row.pieces for row in _BEFORE.all(conn, {"b_epoch": epoch, "b_seq": seq})}
        left = [[line[0], line[1] - before.get(line[0], 0), line[2]] for line in original.body["lines"]]
        return basket.priced(conn, [line for line in left if line[1] > 0])


def _tidy(terminal: Terminal, back: Iterable[Back]) -> list[Back]:
    """Each good once in each condition, good pieces first."""
    found: list[Back] = []
    wanted = list(back)
    for condition in CONDITIONS:
        items = [(one.sku, one.pieces) for one in wanted if one.condition == condition]
        if items:
            tidied = redemption.tidy(items, terminal.settings.rules.most_pieces)
            found += [Back(sku, pieces, condition) for sku, pieces in tidied]
    if not found:
        raise Refused("empty-basket")
    return found


def _body(writing: Writing, original: Entry, back: list[Back]) -> dict[str, Any]:
    here = {"b_epoch": original.epoch, "b_seq": original.seq}
    before = {row.sku: row.pieces for row in _BEFORE.all(writing.conn, here)}
    taken = {line[0]: line for line in original.body["lines"]}
    came_tenths = sum(before.get(sku, 0) * line[2] for sku, line in taken.items())
    lines: list[list[Any]] = []
    for sku, pieces, condition in back:
        _sku, most, price, lots = taken.get(sku, (sku, 0, 0, []))
        came = before.get(sku, 0)
        if came + pieces > most:
            raise Refused("return-too-many", item=_name(writing.conn, sku), left=most - came)
        lines.append([sku, pieces, price, redemption.give_back(lots, came, pieces), condition])
        before[sku] = came + pieces
    amount = sum(line[1] * line[2] for line in lines)
    buckets = redemption.give_back(original.body["from"], came_tenths, amount)
    return {
        "redeemed": [original.epoch, original.seq],
        "hh": original.body["hh"],
        "amount": amount,
        "to": deeds.alive(buckets, writing.day),
        "lines": lines,
        "slip": printing.next_number(writing),
    }


def _write_off(writing: Writing, head: Head, lines: list[list[Any]], signed: tuple[str, str]) -> str:
    """Damaged pieces came onto the shelf with the others and leave it at once, for everybody to see."""
    lots = [[line[0], lot, pieces] for line in lines if line[4] == DAMAGED for lot, pieces in line[3]]
    if not lots:
        return ""
    body = {"lots": lots, "why": WRITTEN_OFF, "return": [head.epoch, head.seq]}
    off = writing.append("stock-write-off", body, *signed)
    return entry_id(off.epoch, off.seq)


def _queue(
    writing: Writing,
    head: Head,
    original: Entry,
    body: dict[str, Any],
    lines: tuple[BasketLine, ...],
    actor: str,
) -> str:
    say = writing.words
    damaged = sum(line[1] for line in body["lines"] if line[4] == DAMAGED)
    slip = cards.slip_number(writing.terminal, original.epoch, original.body["slip"])
    return printing.queue_paper(
        *(writing, head, body["slip"], "slip.title_return"),
        tenths=body["amount"],
        actor=actor,
        household=body["hh"],
        facts=(Fact(label="slip.of_slip", value=slip), Fact(label="slip.of_day", value=original.day)),
        lines=printing.slip_lines(lines),
        total_tenths=body["amount"],
        notes=(say("slip.damaged", pieces=damaged),) if damaged else (),
        signs=("slip.sign_resident", "slip.sign_second"),
    )


def _name(conn: Connection, sku: str) -> str:
    return basket.priced(conn, [[sku, 1, 0]])[0].item.name


_BEFORE = Prepared(
    select(returned.c.sku, returned.c.pieces).where(
        returned.c.epoch == bindparam("b_epoch"), returned.c.seq == bindparam("b_seq")
    )
)
_AVAILABLE = Prepared(select(pot.c.available).where(pot.c.household == bindparam("b_household")))
