"""兑换登记表 for the office, 物资兑换公示 for the wall: what was handed out, to whom, for how many points.

What came back later stands as a line of its own, below zero; what was taken back whole is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kiosk.books.forms import Desk
from kiosk.books.table import Cell, Column, Table
from kiosk.ledger.cards import slip_number
from kiosk.ledger.entries import Entry
from kiosk.ledger.redemption import charged
from kiosk.services import period
from kiosk.store.tables import reversal

_SIGNS = {"redeem": 1, "collect": 1, "return": -1}


class _Line(NamedTuple):
    day: str
    slip: str
    household: str
    goods: str
    pieces: int
    charge: int
    how: str
    clerk: str


def register(desk: Desk, first: str, last: str) -> Table:
    """兑换登记表: whole names, a place to sign; what was taken back is left out."""
    rows: list[tuple[Cell, ...]] = [
        (
            line.day,
            line.slip,
            line.household,
            desk.heads.get(line.household, ""),
            line.goods,
            line.pieces,
            line.charge,
            line.how,
            line.clerk,
            "",
        )
        for line in _lines(desk, first, last)
    ]
    columns = (
        Column(heading=desk.say("books.day"), weight=10),
        Column(heading=desk.say("books.slip"), weight=12),
        Column(heading=desk.say("books.household"), weight=8),
        Column(heading=desk.say("books.head"), weight=8),
        Column(heading=desk.say("books.goods"), weight=24),
        Column(heading=desk.say("books.pieces"), weight=6, kind="count", summed=True),
        Column(heading=desk.say("books.charge"), weight=8, kind="points", summed=True),
        Column(heading=desk.say("books.how"), weight=8),
        Column(heading=desk.say("books.clerk"), weight=8),
        Column(heading=desk.say("books.signature"), weight=12),
    )
    frame = desk.frame("books.redemption-register", first, last)
    return Table(columns=columns, rows=tuple(rows), signs=desk.signs("manager", "supervisor"), **frame)


def notice(desk: Desk, first: str, last: str) -> Table:
    """物资兑换公示: masked names and the last four digits only."""
    rows: list[tuple[Cell, ...]] = [
        (
            line.day,
            desk.masked(line.household),
            line.goods,
            line.pieces,
            line.charge,
        )
        for line in _lines(desk, first, last)
    ]
    columns = (
        Column(heading=desk.say("books.day"), weight=10),
        Column(heading=desk.say("books.resident"), weight=14),
        Column(heading=desk.say("books.goods"), weight=30),
        Column(heading=desk.say("books.pieces"), weight=7, kind="count", summed=True),
        Column(heading=desk.say("books.charge"), weight=9, kind="points", summed=True),
    )
    frame = desk.frame("books.redemption-notice", first, last)
    return Table(columns=columns, rows=tuple(rows), notes=desk.contacts(), **frame)


def _lines(desk: Desk, first: str, last: str) -> Iterator[_Line]:
    undone = {(row.epoch, row.seq) for row in desk.conn.execute(reversal.select())}
    number = desk.terminal.identity.terminal
    for written in period.between(desk.conn, first, last):
        entry = written.entry
        if entry.kind not in _SIGNS or (entry.epoch, entry.seq) in undone:
            continue
        body, sign = entry.body, _SIGNS[entry.kind]
        names = (f"{desk.goods.get(sku, (sku, ''))[0]}×{pieces}" for sku, pieces, *_ in body["lines"])
        yield _Line(
            day=entry.day,
            slip=slip_number(number, entry.epoch, body["slip"]),
            household=body["hh"],
            goods="、".join(names),
            pieces=sign * sum(line[1] for line in body["lines"]),
            charge=sign * charged(body),
            how=desk.say(f"books.how-{_how(entry)}"),
            clerk=desk.staff.get(entry.actor, entry.actor),
        )


def _how(entry: Entry) -> str:
    """By what the household was known: a card, its identity number, its slip, or at the desk by word."""
    return "return" if entry.kind == "return" else str(entry.body["how"]).partition(":")[0]
