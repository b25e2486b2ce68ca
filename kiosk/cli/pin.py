"""`kiosk pin set|clear`: a household's own PIN, set at the desk with its card."""

from __future__ import annotations

import argparse
import os

from kiosk.cli.at_desk import HOUSEHOLD_PIN, prove
from kiosk.cli.context import Context, add_globals
from kiosk.ledger.refusals import Refused
from kiosk.services import household_pin

EXAMPLE = """example:
  KIOSK_PIN=… KIOSK_HOUSEHOLD_PIN=… kiosk pin set --card "P1:…" --staff M037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    for name, text in (("set", f"set or change it; the PIN is in {HOUSEHOLD_PIN}"), ("clear", "remove it")):
        act = acts.add_parser(name, help=text)
        add_globals(act)
        act.add_argument("--card", required=True, help="text of the household card")
        act.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in, read the card, keep the PIN's hash."""
    given = context.given
    pin = os.environ.get(HOUSEHOLD_PIN, "") if given.act == "set" else ""
    if given.act == "set" and not pin:
        raise Refused("pin-missing", variable=HOUSEHOLD_PIN)
    actor = context.session(given.staff).staff
    entry = household_pin.set_pin(context.terminal, prove(context, given.card), pin, actor)
    context.answer({"entry": entry}, entry)
    return 0
