"""The acts of `kiosk stock` that look or print: list, alerts, balance, label, tag, place."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.cli.context import Context, add_globals
from kiosk.services import alerts, balances, labels, shelf
from kiosk.words import points


def add_acts(acts: Any) -> None:
    """Their words."""
    for name in ("list", "show"):
        add_globals(acts.add_parser(name, help="the shelf, expired goods left out"))
    add_globals(
        acts.add_parser("alerts", help="expired, near its end, runs out; ends with 1 if there is any")
    )
    balance = acts.add_parser("balance", help="opening, in, out and closing of every lot between two days")
    add_globals(balance)
    balance.add_argument("--from", dest="first", required=True, metavar="YYYY-MM-DD")
    balance.add_argument("--to", dest="last", required=True, metavar="YYYY-MM-DD")
    for name, text in (("label", "labels with a barcode"), ("tag", "shelf tags with the price in points")):
        act = acts.add_parser(name, help=f"print {text}")
        _one_good(act)
        act.add_argument("--copies", type=int, default=1)
    place = acts.add_parser("place", help="where a good stands, and from how few pieces on to warn")
    _one_good(place)
    place.add_argument("place", nargs="?", help="for example A-2")
    place.add_argument("--level", type=int, help="pieces; -1 for the centre's general level")


def _list(context: Context) -> int:
    items = shelf.shelf(context.terminal)
    fields = [
        {
            "sku": item.sku,
            "barcode": item.barcode,
            "name": item.name,
            "unit": item.unit,
            "price_tenths": item.price_tenths,
            "stock": item.on_hand,
        }
        for item in items
    ]
    rows = (
        f"{item.sku:<12}{points(item.price_tenths):>7}{item.on_hand:>7}{item.unit}  {item.name}"
        for item in items
    )
    context.answer({"items": fields}, "\n".join(rows))
    return 0


def _alerts(context: Context) -> int:
    found = alerts.alerts(context.terminal)
    say = context.words
    rows = [say("stock.say.expired", **msgspec.structs.asdict(one)) for one in found.expired]
    rows += [say("stock.say.near", **msgspec.structs.asdict(one)) for one in found.near]
    rows += [say("stock.say.low", **msgspec.structs.asdict(one)) for one in found.low]
    context.answer(msgspec.to_builtins(found), "\n".join(rows) or say("stock.say.no-alerts"))
    return 1 if rows else 0


def _balance(context: Context) -> int:
    found = balances.between(context.terminal, context.given.first, context.given.last)
    head = context.words("stock.say.balance-head")
    rows = [
        f"{one.name} {one.lot}（{one.unit}）  {one.opening:>6}  +{one.came}  -{one.went}  {one.closing:>6}"
        for one in found
    ]
    context.answer({"lots": msgspec.to_builtins(found)}, "\n".join([head, *rows]))
    return 0


def _print(context: Context) -> int:
    given = context.given
    actor = context.session(given.staff).staff
    name = labels.print_labels(context.terminal, given.act, given.sku, given.copies, actor)
    context.answer(
        {"queued": name, "copies": given.copies}, context.words("stock.say.labels", copies=given.copies)
    )
    return 0


def _place(context: Context) -> int:
    given = context.given
    actor = context.session(given.staff).staff
    entry = labels.set_place(context.terminal, given.sku, given.place, given.level, actor)
    with context.terminal.read() as conn:
        item, place = shelf.item(conn, given.sku), labels.place_of(conn, given.sku)
    context.answer(
        {"entry": entry, "place": place}, context.words("stock.say.placed", name=item.name, place=place)
    )
    return 0


def _one_good(parser: argparse.ArgumentParser) -> None:
    add_globals(parser)
    parser.add_argument("sku")
    parser.add_argument("--staff", required=True)


ACTS: dict[str, Callable[[Context], int]] = {
    "list": _list,
    "show": _list,
    "alerts": _alerts,
    "balance": _balance,
    "label": _print,
    "tag": _print,
    "place": _place,
}
