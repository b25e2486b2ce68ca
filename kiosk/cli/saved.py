"""`kiosk saved deposit|withdraw`: points put aside and taken out again."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context, add_globals
from kiosk.cli.points import tenths_of
from kiosk.services import saved

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk saved deposit 0370217 10 --staff M037A
  KIOSK_PIN=… kiosk saved withdraw 0370217 2.5 --staff M037A --json"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    for name, text in (("deposit", "available points aside"), ("withdraw", "saved points back to available")):
        act = acts.add_parser(name, help=text)
        act.add_argument("household")
        act.add_argument("points", help="points, one decimal at most")
        add_globals(act)
        act.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in, one entry is written."""
    given = context.given
    amount = tenths_of(given.points)
    actor = context.session(given.staff).staff
    move = saved.save if given.act == "deposit" else saved.unsave
    done = move(context.terminal, given.household, amount, actor)
    fields = {"available_tenths": done.available_tenths, "saved_tenths": done.saved_tenths}
    told = {"entry": done.entry, **fields, "slip": done.slip}
    context.answer(told, context.words("measures.pots", **fields))
    return 0
