"""The acts of `kiosk stock` by which goods come and go: receive, donate, issue, write-off, send, arrive."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk.cli.context import Context, add_globals
from kiosk.cli.items import item_of, photo
from kiosk.ledger.refusals import Refused
from kiosk.ledger.stock import FUNDS
from kiosk.services import issuing, shelf, stock, transfers
from kiosk.services.issuing import Wanted
from kiosk.services.stock import Delivered, Source
from kiosk.services.stockpapers import Done


def add_acts(acts: Any) -> None:
    """Their words."""
    receive = acts.add_parser("receive", help="take a delivery in, accepted by two")
    _signed(receive)
    _delivery(receive)
    receive.add_argument("--fund", choices=FUNDS, default="finance", help="who paid")
    receive.add_argument("--supplier", default="", help="who sold it")
    receive.add_argument("--resolution", default="", help="number of the decision to buy")
    receive.add_argument("--meeting", default="", metavar="YYYY-MM-DD", help="the day it was taken")
    receive.add_argument(
        "--record", type=Path, metavar="FILE", help="photograph of the record, at most 200 kB"
    )
    donate = acts.add_parser("donate", help="take in what somebody gives; prints a voucher for the donor")
    _signed(donate)
    _delivery(donate)
    donate.add_argument("--donor", default="", help="who gives; may stay unnamed")
    issue = acts.add_parser("issue", help="hand goods out without points")
    _signed(issue)
    _items(issue, "LOT")
    issue.add_argument("--why", choices=issuing.ISSUED_FOR, required=True)
    issue.add_argument("--note", default="", help="to whom or for what")
    off = acts.add_parser("write-off", help="take goods off the books, with a photograph")
    _signed(off)
    _items(off, "LOT")
    off.add_argument("--why", choices=issuing.WRITTEN_OFF_FOR, required=True)
    off.add_argument("--evidence", type=Path, metavar="FILE", help="photograph, at most 200 kB")
    send = acts.add_parser("send", help="send goods to another centre, with a signed slip")
    add_globals(send)
    send.add_argument("to", type=int, help="number of its terminal")
    send.add_argument("--staff", required=True)
    _items(send, "LOT")
    arrive = acts.add_parser("arrive", help="take in goods of another centre; without --staff only look")
    add_globals(arrive)
    arrive.add_argument("code", help="text of the code on the slip that came along")
    arrive.add_argument("--staff")
    arrive.add_argument("--second", help="who accepts them (PIN in KIOSK_PIN_2)")
    arrive.add_argument("--came", action="append", default=[], metavar="SKU=PIECES", help="if not all came")


def _receive(context: Context) -> int:
    given = context.given
    lines = _delivered(context)
    source = Source(
        fund=given.fund,
        supplier=given.supplier,
        resolution=given.resolution,
        meeting=given.meeting,
        record=photo(given.record),
    )
    return _say(context, stock.receive(context.terminal, lines, source, *_two(context)))


def _donate(context: Context) -> int:
    lines = _delivered(context)
    return _say(context, stock.donate(context.terminal, lines, context.given.donor, *_two(context)))


def _issue(context: Context) -> int:
    given = context.given
    return _say(
        context, issuing.issue(context.terminal, _wanted(given), given.why, given.note, *_two(context))
    )


def _write_off(context: Context) -> int:
    given = context.given
    proof = photo(given.evidence)
    return _say(
        context, issuing.write_off(context.terminal, _wanted(given), given.why, proof, *_two(context))
    )


def _send(context: Context) -> int:
    given = context.given
    actor = context.session(given.staff).staff
    return _say(context, transfers.send(context.terminal, given.to, _wanted(given), actor))


def _arrive(context: Context) -> int:
    given = context.given
    if given.staff is None:
        return _look(context)
    came = {one.sku: one.pieces for one in map(item_of, given.came)}
    done = transfers.arrive(context.terminal, given.code, came, *_two(context))
    with context.terminal.read() as conn:
        named = [(one, shelf.item(conn, one.sku)) for one in done.differences]
    rows = [
        context.words("stock.say.difference", name=item.name, sent=one.sent, came=one.came, unit=item.unit)
        for one, item in named
    ]
    differences = [{"sku": one.sku, "sent": one.sent, "came": one.came} for one in done.differences]
    text = "\n".join([context.words("stock.say.done", slip=done.slip, entry=done.entry), *rows])
    fields = {"entry": done.entry, "slip": done.slip, "lots": [list(one) for one in done.lots]}
    context.answer({**fields, "differences": differences}, text)
    return 0


def _look(context: Context) -> int:
    found = transfers.read(context.terminal, context.given.code)
    lines = [
        {"sku": one.sku, "name": one.name, "pieces": one.pieces, "best_before": one.best_before}
        for one in found.lines
    ]
    rows = [context.words("stock.say.document", slip=found.slip, day=found.day, sender=found.sender)]
    rows += [
        f"{one.name or one.sku} {one.pieces}{one.unit}  {one.best_before}".rstrip() for one in found.lines
    ]
    if found.arrived:
        rows.append(context.words("stock.say.arrived-already", entry=found.arrived))
    fields = {"document": found.document, "slip": found.slip, "sender": found.sender, "day": found.day}
    context.answer({**fields, "arrived": found.arrived, "lines": lines}, "\n".join(rows))
    return 0


def _say(context: Context, done: Done) -> int:
    with context.terminal.read() as conn:
        named = [(lot, pieces, shelf.item(conn, sku)) for sku, lot, pieces in done.lots]
    rows = [
        context.words("stock.say.lot", name=item.name, pieces=pieces, unit=item.unit, lot=lot)
        for lot, pieces, item in named
    ]
    text = "\n".join([context.words("stock.say.done", slip=done.slip, entry=done.entry), *rows])
    context.answer({"entry": done.entry, "slip": done.slip, "lots": [list(one) for one in done.lots]}, text)
    return 0


def _two(context: Context) -> tuple[str, str]:
    if not context.given.staff:
        raise Refused("stock-words-missing")
    return context.session(context.given.staff).staff, context.second()


def _delivered(context: Context) -> tuple[Delivered, ...]:
    """The goods as typed: one by position, or more by --item SKU=PIECES[@BEST-BEFORE]."""
    given = context.given
    if not given.staff or (given.sku is None) == (not given.item) or (given.sku and given.pieces is None):
        raise Refused("stock-words-missing")
    if given.sku:
        return (
            Delivered(sku=given.sku, pieces=given.pieces, best_before=given.best_before, made=given.made),
        )
    lines = map(item_of, given.item)
    return tuple(
        Delivered(sku=one.sku, pieces=one.pieces, best_before=one.about or given.best_before, made=given.made)
        for one in lines
    )


def _wanted(given: argparse.Namespace) -> tuple[Wanted, ...]:
    return tuple(Wanted(sku=one.sku, pieces=one.pieces, lot=one.about) for one in map(item_of, given.item))


def _signed(parser: argparse.ArgumentParser) -> None:
    add_globals(parser)
    parser.add_argument("--staff", help="who does it")
    parser.add_argument("--second", help="second person (PIN in KIOSK_PIN_2)")


def _delivery(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("sku", nargs="?")
    parser.add_argument("pieces", nargs="?", type=int)
    parser.add_argument("--best-before", default="", metavar="YYYY-MM-DD")
    parser.add_argument("--made", default="", metavar="YYYY-MM-DD", help="day of production")
    _items(parser, "BEST-BEFORE")


def _items(parser: argparse.ArgumentParser, about: str) -> None:
    parser.add_argument(
        "--item", action="append", default=[], metavar=f"SKU=PIECES[@{about}]", help="may be repeated"
    )


ACTS: dict[str, Callable[[Context], int]] = {
    "receive": _receive,
    "donate": _donate,
    "issue": _issue,
    "write-off": _write_off,
    "send": _send,
    "arrive": _arrive,
}
