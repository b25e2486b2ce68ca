"""`kiosk stock`: what is on the shelf; `kiosk stock receive`: take goods in."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import shelf
from kiosk.words import points

EXAMPLE = """examples:
  kiosk stock --json
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk stock receive soap 100 --staff M037A --second R037A --fund finance"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("act", nargs="?", choices=("show", "receive"), default="show")
    parser.add_argument("sku", nargs="?")
    parser.add_argument("pieces", nargs="?", type=int)
    parser.add_argument("--staff", help="who takes the goods in")
    parser.add_argument("--second", help="who accepts them (PIN in KIOSK_PIN_2)")
    parser.add_argument("--fund", choices=shelf.FUNDS, default="finance", help="who paid")
    parser.add_argument("--best-before", default="", metavar="YYYY-MM-DD")


def run(context: Context) -> int:
    """Show or receive."""
    given = context.given
    if given.act == "receive":
        if not (given.sku and given.pieces is not None and given.staff):
            raise Refused("stock-words-missing")
        entry = shelf.receive(
            context.terminal,
            given.sku,
            given.pieces,
            given.best_before,
            given.fund,
            context.session(given.staff).staff,
            context.second(),
        )
        context.answer({"entry": entry}, entry)
        return 0
    items = shelf.shelf(context.terminal)
    fields = [
        {
            "sku": item.sku,
            "barcode": item.barcode,
            "name": item.name,
            "price_tenths": item.price_tenths,
            "stock": item.on_hand,
        }
        for item in items
    ]
    rows = (f"{item.sku:<12}{points(item.price_tenths):>7}{item.on_hand:>7}  {item.name}" for item in items)
    context.answer({"items": fields}, "\n".join(rows))
    return 0
