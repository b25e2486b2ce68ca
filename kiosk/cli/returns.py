"""`kiosk return ENTRY`: goods of a redemption brought back, good or damaged, signed by two."""

from __future__ import annotations

import argparse

from kiosk.cli.at_desk import add_items, item_of
from kiosk.cli.context import Context
from kiosk.cli.void import entry_of
from kiosk.services.returns import DAMAGED, GOOD, Back, take_back
from kiosk.services.void import REASONS
from kiosk.words import points

EXAMPLE = """example:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk return 1-284 --item soap=1 --damaged vinegar=1 \\
    --staff M037A --second R037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("entry", help="epoch-seq of the redemption")
    add_items(parser)
    parser.add_argument(
        "--damaged", action="append", default=[], metavar="SKU=QTY", help="what is broken, may be repeated"
    )
    parser.add_argument("--staff", required=True)
    parser.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")
    parser.add_argument("--why", default="goods", choices=REASONS)


def run(context: Context) -> int:
    """Both sign in, the goods come back."""
    given = context.given
    epoch, seq = entry_of(given.entry)
    back = [Back(*item_of(text), GOOD) for text in given.item]
    back += [Back(*item_of(text), DAMAGED) for text in given.damaged]
    first = context.session(given.staff).staff
    done = take_back(context.terminal, epoch, seq, back, given.why, first, context.second())
    fields = {
        "entry": done.entry,
        "slip": done.slip,
        "back_tenths": done.back_tenths,
        "available_tenths": done.available_tenths,
        "written_off": done.written_off,
    }
    context.answer(fields, f"{done.slip}  +{points(done.back_tenths)}  = {points(done.available_tenths)}")
    return 0
