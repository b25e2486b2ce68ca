"""`kiosk points earn|deduct|reverse`: points given and taken by rule, signed by two."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from kiosk.cli.context import Context, add_globals
from kiosk.cli.void import entry_of
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, evidence
from kiosk.services.deeds import Deed
from kiosk.services.evidence import Evidence

EXAMPLE = """examples:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk points earn 0370217 tidy-yard 2.5 --staff G037A --second R037A
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk points deduct 0370217 littering 1 --evidence yard.jpg --note 门前 \\
    --deed 2026-11-22 --staff G037A --second R037A
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk points reverse 1-284 --staff G037A --second R037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    for name in ("earn", "deduct"):
        act = acts.add_parser(name)
        act.add_argument("household")
        act.add_argument("rule")
        act.add_argument("points", help="points, one decimal at most")
        act.add_argument("--member", type=int, default=0, help="number within the household, who did it")
        act.add_argument("--deed", default="", metavar="YYYY-MM-DD", help="when it was done (default: today)")
        act.add_argument(
            "--evidence", type=Path, action="append", metavar="FILE", help="photograph, JPEG or PNG"
        )
        act.add_argument("--note", default="", help="what was seen")
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
        deed = Deed(member=given.member, day=given.deed, evidence=evidence_of(given.evidence, given.note))
        entry = act(context.terminal, given.household, given.rule, amount, first, second, deed)
    context.answer({"entry": entry}, entry)
    return 0


def evidence_of(photos: Sequence[Path] | None, note: str) -> tuple[Evidence, ...]:
    """Photographs and a note as given. Raises `Refused` as `evidence.photo` and `note` do; `OSError`."""
    found = [evidence.photo(path.read_bytes()) for path in photos or ()]
    return (*found, *([evidence.note(note)] if note else []))


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
