"""`kiosk find`: a household without its card, at the desk, with a reason on record."""

from __future__ import annotations

import argparse
import sys

from kiosk.cli.account import describe, summary
from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import find, staff
from kiosk.services.views import Account

EXAMPLE = "example: KIOSK_PIN=… kiosk find --staff M037A --reason forgot --number 0217"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--staff", required=True, help="who looks")
    parser.add_argument("--reason", choices=find.DESK_REASONS, default="other", help="why without the card")
    how = parser.add_mutually_exclusive_group(required=True)
    how.add_argument("--number", help="household number or its last digits")
    how.add_argument("--name", help="name of the head, or pinyin initials")
    how.add_argument("--identity", action="store_true", help="identity number, read from standard input")


def run(context: Context) -> int:
    """Sign in, look, show who was found."""
    given = context.given
    staff_id = context.session(given.staff).staff
    with context.terminal.read() as conn:
        staff.require(conn, staff_id, "find")
    if given.identity:
        number = sys.stdin.readline().strip()
        if not number:
            raise Refused("unknown-identity")
        found: tuple[Account, ...] = (find.by_digest(context.terminal, number),)
    elif given.number:
        found = find.by_number(context.terminal, given.number, given.reason)
    else:
        found = find.by_name(context.terminal, given.name, given.reason)
    context.answer({"households": [describe(one) for one in found]}, "\n".join(summary(one) for one in found))
    return 0
