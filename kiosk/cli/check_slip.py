"""`kiosk check-slip CODE`: whether a slip is what a terminal printed."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.services.slipcheck import check
from kiosk.words import points

EXAMPLE = 'example: kiosk check-slip "L1:YS-37:0037-001284:7F3A91C2:280:20261123:…"'


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("code", help="text of the slip's QR code")


def run(context: Context) -> int:
    """Check offline; 0 only for a true slip."""
    found = check(context.terminal, context.given.code)
    fields = {
        "verdict": found.verdict,
        "slip": found.slip,
        "charge_tenths": found.charge_tenths,
        "day": found.day,
    }
    text = context.words(f"slip-check.{found.verdict}", slip=found.slip, points=points(found.charge_tenths))
    context.answer(fields, text)
    return 0 if found.verdict == "true" else 1
