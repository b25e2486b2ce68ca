"""`kiosk verify`: check the books; `--rebuild` folds them anew from the journal."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.services import verify

_WHY = {
    "needs-epoch": "the database is an older copy, or the county has ended our epoch",
    "needs-entries": "our own entries are not back from the county yet",
}
EXAMPLE = "example: kiosk verify --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--rebuild", action="store_true", help="fold balances, stock and slips anew")


def run(context: Context) -> int:
    """Check and report; 1 when something is wrong."""
    act = verify.rebuild if context.given.rebuild else verify.verify
    found = act(context.terminal)
    blocked = context.terminal.blocked()
    problems = [*found.problems, *([f"{blocked}: {_WHY[blocked]}"] if blocked else [])]
    ok = found.ok and not blocked
    fields = {"ok": ok, "entries": found.entries, "problems": problems}
    context.answer(
        fields, "\n".join([f"{found.entries} entries, {'all well' if ok else 'NOT well'}", *problems])
    )
    return 0 if ok else 1
