"""`kiosk poster PAGE --to FILE`: how to use the terminal, on one A4 page for the wall or the desk."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.books import posters
from kiosk.books.make import PAGE
from kiosk.cli.context import Context
from kiosk.cli.export import faces
from kiosk.ledger.refusals import Refused

EXAMPLE = """examples:
  kiosk poster resident --to poster.pdf    hangs beside the terminal
  kiosk poster manager --to desk.pdf       lies on the manager's desk"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("page", choices=tuple(posters.PICTURES))
    parser.add_argument("--to", type=Path, required=True, help="file ending in .pdf")


def run(context: Context) -> int:
    """Write the page; nobody signs in, for it says nothing of anybody."""
    given = context.given
    if given.to.suffix != PAGE:
        raise Refused("file-ending", endings=PAGE)
    posters.write(given.page, given.to, context.settings.place, context.words, faces())
    context.answer({"file": str(given.to)}, str(given.to))
    return 0
