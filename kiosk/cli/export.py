"""`kiosk export FORM …`: books as Excel for the office, as PDF for the wall."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk.books import make, page
from kiosk.books.catalogue import FORMS, Asked
from kiosk.books.make import PAGE, SHEET, TEXTS
from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services.clock import is_day

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk export points-ledger 2026-01-01 2026-12-31 --staff M037A --to ledger.xlsx
  KIOSK_PIN=… kiosk export redemption-notice 2026-11-01 2026-11-30 --staff M037A --to wall.pdf
  KIOSK_PIN=… kiosk export household-file 2026-01-01 2026-12-31 --household 0370217 \\
    --staff M037A --to file.pdf
  KIOSK_PIN=… kiosk export rules-of-the-centre --staff M037A --to rules.pdf"""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("form", choices=(*FORMS, *TEXTS))
    parser.add_argument("first", nargs="?", default="", help="first business day; texts have none")
    parser.add_argument("last", nargs="?", default="", help="last business day")
    parser.add_argument("--household", default="", help="of one household alone")
    parser.add_argument("--to", type=Path, required=True, help="file ending in .xlsx or .pdf")
    parser.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in, fill the form in, write the file."""
    given = context.given
    endings = (PAGE,) if given.form in TEXTS else (SHEET, PAGE)
    if given.to.suffix not in endings:
        raise Refused("file-ending", endings=" ".join(endings))
    if given.form in TEXTS:
        return _text(context)
    if not (is_day(given.first) and is_day(given.last)) or given.first > given.last:
        raise Refused("day-unreadable")
    if given.form == "household-file" and not given.household:
        raise Refused("household-needed")
    actor = context.session(given.staff).staff
    asked = Asked(given.first, given.last, given.household)
    rows = make.book(context.terminal, given.form, asked, given.to, actor, faces())
    context.answer({"file": str(given.to), "rows": rows}, f"{given.to}  {rows}")
    return 0


def _text(context: Context) -> int:
    given = context.given
    actor = context.session(given.staff).staff
    document = make.text(context.terminal, given.form, given.to, actor, faces(), context.words)
    fields = {"file": str(given.to), "version": document.version, "own": document.own}
    context.answer(fields, f"{given.to}  {document.version}")
    return 0


def faces() -> page.Faces:
    """The prepared Chinese faces, for pages."""
    from kiosk.ui import fonts

    prepared = fonts.prepare()
    return page.Faces(prepared.regular, prepared.bold, prepared.fallbacks)
