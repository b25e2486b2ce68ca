"""Goods that come in: a delivery received and accepted by two, or given on the spot; each with its slip.

What goes out is in `issuing`, goods between centres in `transfers`, stock-takes in `counting`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from kiosk.ledger import stock
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, shelf, stockpapers
from kiosk.services.clock import is_day
from kiosk.services.stockpapers import Done
from kiosk.services.terminal import Terminal, Writing
from kiosk.slips.paper import Fact
from kiosk.store import side

MOST_NUMBER_CHARS = 40


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """One good of a delivery."""

    sku: str
    pieces: int
    best_before: str = ""  # ISO, "" where the good keeps
    made: str = ""  # day of production


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Who paid and who sold: what stands behind a purchase (三重一大)."""

    fund: str  # one of `stock.FUNDS`
    supplier: str = ""  # the name, kept beside the chain
    resolution: str = ""  # number of the decision to buy
    meeting: str = ""  # the day it was taken
    record: bytes = b""  # a photograph of the record, kept beside the chain


def receive(
    terminal: Terminal,
    lines: Sequence[Delivered],
    source: Source,
    actor: str,
    second: str,
    *,
    paper: bool = True,
) -> Done:
    """Take a delivery in, each line as a lot of its own, accepted by two; prints 入库单 unless not wanted.

    Raises `Refused`: `unknown-goods`, `stock-empty`, `absurd-quantity`, `day-unreadable`,
    `stock-dates-crossed`, `unknown-fund`, `stock-name-unreadable`, `stock-number-unreadable`, `too-large`,
    `second-needed`, `role-may-not`.
    """
    _check_lines(lines)
    _check_source(source)
    with terminal.write() as writing:
        stockpapers.accepted_by(writing, actor, second)
        number = printing.next_number(writing) if paper else 0
        body = _came_body(writing, lines, source, number)
        head = writing.append("stock-receive", body, actor, second)
        facts = [Fact(label="stock.slip.fund", value=stockpapers.fund_word(source.fund, terminal.words))]
        facts += stockpapers.facts(
            {"supplier": source.supplier, "resolution": source.resolution, "meeting": source.meeting}
        )
        return stockpapers.done(
            *(writing, head, number, body["lots"], actor, "stock.title.receive"),
            facts=tuple(facts),
            signs=("stock.sign.delivered", "stock.sign.accepted", "stock.sign.accepted"),
        )


def donate(terminal: Terminal, lines: Sequence[Delivered], donor: str, actor: str, second: str) -> Done:
    """Take goods that somebody gives on the spot (捐赠登记); the donor gets a voucher.

    Raises `Refused` as `receive` does.
    """
    _check_lines(lines)
    source = Source(fund="donation", supplier=donor)
    _check_source(source)
    with terminal.write() as writing:
        stockpapers.accepted_by(writing, actor, second)
        number = printing.next_number(writing)
        body = _came_body(writing, lines, source, number)
        head = writing.append("stock-donate", body, actor, second)
        shown = donor or terminal.words("stock.slip.unnamed")
        return stockpapers.done(
            *(writing, head, number, body["lots"], actor, "stock.title.donate"),
            facts=(Fact(label="stock.slip.donor", value=shown, bold=True),),
            signs=("stock.sign.donor", "stock.sign.accepted", "stock.sign.accepted"),
            notes=(terminal.words("stock.slip.thanks"),),
            copies=("stub", "resident"),
            second_copy="stock.copy.donor",
        )


def _check_lines(lines: Sequence[Delivered]) -> None:
    stockpapers.check_count(len(lines))
    for line in lines:
        stockpapers.check_pieces(line.pieces)
        if not all(day == "" or is_day(day) for day in (line.best_before, line.made)):
            raise Refused("day-unreadable")
        if line.made and line.best_before and line.made > line.best_before:
            raise Refused("stock-dates-crossed")


def _check_source(source: Source) -> None:
    if source.fund not in stock.FUNDS:
        raise Refused("unknown-fund")
    stockpapers.check_name(source.supplier)
    number = source.resolution
    if len(number) > MOST_NUMBER_CHARS or not all(
        ch.isascii() and (ch.isalnum() or ch == "-") for ch in number
    ):
        raise Refused("stock-number-unreadable")
    if source.meeting and not is_day(source.meeting):
        raise Refused("day-unreadable")


def _came_body(writing: Writing, lines: Sequence[Delivered], source: Source, number: int) -> dict[str, Any]:
    conn = writing.conn
    for line in lines:
        shelf.item(conn, line.sku)
    entry = stockpapers.next_entry(writing)
    lots = [
        [line.sku, stock.lot_name(entry, at), line.pieces, line.best_before, source.fund, line.made]
        for at, line in enumerate(lines)
    ]
    body: dict[str, Any] = {"lots": lots, "fund": source.fund}
    if source.supplier:
        body["supplier"] = side.put(conn, "supplier", "", writing.day, source.supplier.encode())
    if source.record:
        body["record"] = side.put(conn, "record", "", writing.day, source.record)
    said = {"resolution": source.resolution, "meeting": source.meeting, "slip": number}
    return body | {name: value for name, value in said.items() if value}
