"""`kiosk close-year`: ended points go to the saved pot up to its cap, the rest expires; first a preview."""

from __future__ import annotations

import argparse
from typing import Any

from kiosk.cli.context import Context
from kiosk.ledger.masks import mask_name
from kiosk.ledger.refusals import Refused
from kiosk.services import expiry
from kiosk.services.expiry import Closing, Ended
from kiosk.words import points

EXAMPLE = """examples:
  kiosk close-year --preview --json
  kiosk close-year --preview --through 2026-12-31
  kiosk close-year --warn
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk close-year --staff M037A --second R037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--preview", action="store_true", help="show what would move; nothing moves")
    parser.add_argument("--warn", action="store_true", help="show what ends soon")
    parser.add_argument(
        "--through", metavar="YYYY-MM-DD", help="points that end on this day or before (default: yesterday)"
    )
    parser.add_argument("--staff", help="who closes")
    parser.add_argument("--second", help="second person (PIN in KIOSK_PIN_2)")


def run(context: Context) -> int:
    """Preview, warn or close; names are masked."""
    given = context.given
    if given.warn:
        return _warn(context)
    if given.preview:
        closing = expiry.preview(context.terminal, given.through)
        _answer(context, closing, "measures.preview", moved=False)
        return 0
    if not given.staff:
        raise Refused("close-words-missing")
    actor = context.session(given.staff).staff
    closing = expiry.close_year(context.terminal, actor, context.second(), given.through)
    _answer(context, closing, "measures.closed-year", moved=True)
    return 0


def _answer(context: Context, closing: Closing, key: str, *, moved: bool) -> None:
    sums = {"saved_tenths": closing.saved_tenths, "expired_tenths": closing.expired_tenths}
    count = len(closing.lines)
    fields = {
        "moved": moved,
        "through": closing.through,
        "count": count,
        **sums,
        "households": [_describe(line) for line in closing.lines],
    }
    lines = [
        f"…{line.household[-4:]} {mask_name(line.name)}  "
        + context.words("measures.line", saved_tenths=line.saved_tenths, expired_tenths=line.expired_tenths)
        for line in closing.lines
    ]
    total = context.words(key, through=closing.through, households=count, **sums)
    context.answer(fields, "\n".join([*lines, total]))


def _describe(line: Ended) -> dict[str, Any]:
    return {
        "tail": line.household[-4:],
        "name": mask_name(line.name),
        "buckets": [list(part) for part in line.buckets],
        "saved_tenths": line.saved_tenths,
        "expired_tenths": line.expired_tenths,
    }


def _warn(context: Context) -> int:
    found = expiry.warnings(context.terminal)
    days, total = context.settings.rules.warn_days, sum(one.tenths for one in found)
    lines = [
        f"…{one.household[-4:]} {mask_name(one.name)}  "
        + context.words("measures.warned", day=one.day, points=points(one.tenths))
        for one in found
    ]
    text = context.words("measures.warned-sum", days=days, households=len(found), points=points(total))
    fields = {
        "days": days,
        "count": len(found),
        "tenths": total,
        "households": [
            {"tail": one.household[-4:], "name": mask_name(one.name), "day": one.day, "tenths": one.tenths}
            for one in found
        ],
    }
    context.answer(fields, "\n".join([*lines, text]))
    return 0
