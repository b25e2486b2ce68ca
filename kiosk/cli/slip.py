"""`kiosk slip NUMBER`: where its copies are; `--reprint` queues them again."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import printing

EXAMPLE = "example: KIOSK_PIN=… kiosk slip 0037-001284 --reprint --staff M037A"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("number")
    parser.add_argument("--reprint", action="store_true", help="print again, marked as a reprint")
    parser.add_argument("--staff", help="who asks for the reprint")


def run(context: Context) -> int:
    """Show, or queue again; never waits for a printer."""
    given = context.given
    if given.reprint:
        if not given.staff:
            raise Refused("staff-unknown")
        state = printing.reprint(context.terminal, given.number, context.session(given.staff).staff)
    else:
        state = printing.state(context.terminal, given.number)
    fields = {"slip": state.slip, "state": state.state, "reason": state.reason}
    context.answer(fields, f"{state.slip}  {state.state}  {state.reason}".rstrip())
    return 0
