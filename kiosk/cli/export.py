"""`kiosk export FORM …`: books as Excel for the office, as PDF for the wall."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from kiosk.books import page, points, redemptions, sheet
from kiosk.books.forms import Desk
from kiosk.books.table import Table
from kiosk.cli.context import Context
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.clock import is_day

EXAMPLE = """examples:
  KIOSK_PIN=… kiosk export points-ledger 2026-01-01 2026-12-31 --staff M037A --to ledger.xlsx
  KIOSK_PIN=… kiosk export redemption-notice 2026-11-01 2026-11-30 --staff M037A --to wall.pdf"""

FORMS: dict[str, Callable[[Desk, str, str], Table]] = {
    "points-ledger": points.ledger,
    "redemption-register": redemptions.register,
    "redemption-notice": redemptions.notice,
}
ENDINGS = (".xlsx", ".pdf")


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("form", choices=tuple(FORMS))
    parser.add_argument("first", help="first business day")
    parser.add_argument("last", help="last business day")
    parser.add_argument("--to", type=Path, required=True, help="file ending in .xlsx or .pdf")
    parser.add_argument("--staff", required=True)


def run(context: Context) -> int:
    """Sign in, fill the form in, write the file."""
    given = context.given
    if given.to.suffix not in ENDINGS:
        raise Refused("file-ending", endings=" ".join(ENDINGS))
    if not (is_day(given.first) and is_day(given.last)) or given.first > given.last:
        raise Refused("day-unreadable")
    actor = context.session(given.staff).staff
    with context.terminal.read() as conn:
        staff.require(conn, actor, "export")
        table = FORMS[given.form](Desk(context.terminal, conn), given.first, given.last)
    if given.to.suffix == ".pdf":
        page.write([table], given.to, _faces())
    else:
        sheet.write([table], given.to)
    context.answer({"file": str(given.to), "rows": len(table.rows)}, f"{given.to}  {len(table.rows)}")
    return 0


def _faces() -> page.Faces:
    from kiosk.ui import fonts

    prepared = fonts.prepare()
    return page.Faces(prepared.regular, prepared.bold, prepared.fallbacks)
