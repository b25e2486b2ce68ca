"""`kiosk erase HOUSEHOLD`: names, notes and photographs of a household, on its request, by two people."""

from __future__ import annotations

import argparse

import msgspec

from kiosk.cli.context import Context
from kiosk.services import erase

EXAMPLE = """example:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk erase 0370217 --staff M037A --second S037A"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("household")
    parser.add_argument("--staff", required=True)
    parser.add_argument("--second", required=True, help="second person (PIN in KIOSK_PIN_2)")


def run(context: Context) -> int:
    """Sign both in and erase."""
    given = context.given
    actor = context.session(given.staff).staff
    done = erase.erase(context.terminal, given.household, actor, context.second())
    fields = msgspec.structs.asdict(done)
    context.answer(fields, context.words("books.erased", **fields))
    return 0
