"""`kiosk points earn|deduct|reverse`: points given and taken by rule, signed by two."""

from __future__ import annotations

import argparse
from decimal import Decimal

from kiosk.cli.context import Context, add_globals
from kiosk.cli.void import entry_of
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds

EXAMPLE = """examples:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk points earn 0370217 tidy-yard 2.5 --staff G037A --second R037A
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk points reverse 1-284 --staff G037A --second R037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    for name in ("earn", "deduct"):
        act = acts.add_parser(name)
        act.add_argument("household")
        act.add_argument("rule")
        act.add_argument("points", help="points, one decimal at most")
        _signed(act)
    act = acts.add_parser("reverse")
    act.add_argument("entry")
    act.add_argument("--why", default="mistake", choices=("mistake", "appeal", "other"))
    _signed(act)


def run(context: Context) -> int:
    """Both sign in, one entry is written."""
    given = context.given
    if given.act != "reverse":
        amount = tenths_of(given.points)
    first = context.session(given.staff).staff
    second = context.second()
    if given.act == "reverse":
        epoch, seq = entry_of(given.entry)
        entry = deeds.reverse(context.terminal, epoch, seq, given.why, first, second)
    else:
        act = deeds.earn if given.act == "earn" else deeds.deduct
        entry = act(context.terminal, given.household, given.rule, amount, first, second)
    context.answer({"entry": entry}, entry)
    return 0


def _signed(parser: argparse.ArgumentParser) -> None:
    add_globals(parser)
    parser.add_argument("--staff", required=True)
    parser.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")


def tenths_of(text: str) -> int:
    """Points as typed, in tenths. Raises `Refused("absurd-amount")`."""
    try:
        tenths = Decimal(text) * 10
    except ArithmeticError:  # no number, or one beyond all bounds
        raise Refused("absurd-amount") from None
    if not tenths.is_finite() or tenths != tenths.to_integral_value() or abs(tenths) > deeds.MOST_TENTHS:
        raise Refused("absurd-amount")
    return int(tenths)
