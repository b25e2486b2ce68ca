"""`kiosk day`: the business day; `kiosk day open YYYY-MM-DD` moves it on a person's word."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import books, day

EXAMPLE = "example: KIOSK_PIN=… kiosk day open 2026-12-20 --staff M037A"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("act", nargs="?", choices=("show", "open"), default="show")
    parser.add_argument("date", nargs="?", metavar="YYYY-MM-DD")
    parser.add_argument("--staff", help="who says which day it is")


def run(context: Context) -> int:
    """Show, or open the day that the clock alone may not open."""
    given = context.given
    if given.act == "open":
        if not (given.date and given.staff):
            raise Refused("day-words-missing")
        opened = day.open_by_person(context.terminal, given.date, context.session(given.staff).staff)
    else:
        opened = books.today(context.terminal).day
    context.answer({"day": opened, "clock": context.terminal.clock.today()}, opened)
    return 0
