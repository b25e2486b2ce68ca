"""兑换登记表 for the office, 物资兑换公示 for the wall: what was handed out, to whom, for how many points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kiosk.books.forms import Desk
from kiosk.books.table import Cell, Column, Table
from kiosk.ledger.cards import slip_number
from kiosk.ledger.masks import mask_name
from kiosk.services import period
from kiosk.store.tables import reversal


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
            desk.say(
                "books.masked", name=mask_name(desk.heads.get(line.household, "")), tail=line.household[-4:]
            ),
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
    phone = desk.terminal.settings.place.supervision_phone
    notes = (desk.say("books.phone", phone=phone),) if phone else ()
    return Table(columns=columns, rows=tuple(rows), notes=notes, **frame)


def _masked(desk: Desk, household: str) -> str:
    name = mask_name(desk.heads.get(household, ""))
    return desk.say("books.masked", name=name, tail=household[-4:])


def _lines(desk: Desk, first: str, last: str) -> Iterator[_Line]:
    undone = {(row.epoch, row.seq) for row in desk.conn.execute(reversal.select())}
    number = desk.terminal.identity.terminal
    for written in period.between(desk.conn, first, last):
        entry = written.entry
        if entry.kind not in ("redeem", "collect") or (entry.epoch, entry.seq) in undone:
            continue
        body = entry.body
        names = (f"{desk.goods.get(sku, (sku, ''))[0]}×{pieces}" for sku, pieces, *_ in body["lines"])
        yield _Line(
            day=entry.day,
            slip=slip_number(number, entry.epoch, body["slip"]),
            household=body["hh"],
            goods="、".join(names),
            pieces=sum(line[1] for line in body["lines"]),
            charge=body["charge"] if "charge" in body else body["amount"],
            how=desk.say(f"books.how-{body.get('how', '').partition(':')[0] or 'card'}"),
            clerk=desk.staff.get(entry.actor, entry.actor),
        )
