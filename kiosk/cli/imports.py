"""`kiosk import goods-stock FILE`: a delivery as a list, taken in by two; people come from the county."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.books import sheet
from kiosk.books.rows import Row, RowsUnreadable, read
from kiosk.books.table import Column, Table
from kiosk.cli.context import Context, add_globals
from kiosk.ledger.refusals import Refused
from kiosk.ledger.stock import FUNDS
from kiosk.services import shelf, stock
from kiosk.services.clock import is_day
from kiosk.services.stock import Delivered, Source

EXAMPLE = """examples:
  KIOSK_PIN=… KIOSK_PIN_2=… kiosk import goods-stock delivery.xlsx --fund collective \\
    --staff M037A --second R037A
  kiosk import goods-stock delivery.xlsx --dry-run
  kiosk import template delivery.xlsx"""

HEADINGS = {
    "sku": ("品号",),
    "pieces": ("件数", "数量"),
    "best_before": ("保质期至",),
    "made": ("生产日期",),
}
NEEDED = ("sku", "pieces")
MOST_DIGITS = 9


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    acts = parser.add_subparsers(dest="act", required=True)
    goods = acts.add_parser("goods-stock", help="take in the goods of a list, each row as a lot of its own")
    goods.add_argument("file", type=Path, help="Excel or CSV")
    goods.add_argument("--dry-run", action="store_true", help="only check the list")
    goods.add_argument("--fund", choices=FUNDS, default="finance", help="who paid")
    goods.add_argument("--supplier", default="", help="who sold it")
    goods.add_argument("--resolution", default="", help="number of the decision to buy")
    goods.add_argument("--meeting", default="", metavar="YYYY-MM-DD", help="the day it was taken")
    goods.add_argument("--staff", help="who takes it in")
    goods.add_argument("--second", help="who accepts it (PIN in KIOSK_PIN_2)")
    empty = acts.add_parser("template", help="write an empty list to fill in")
    empty.add_argument("file", type=Path, help="file ending in .xlsx")
    for act in (goods, empty):
        add_globals(act)


def run(context: Context) -> int:
    """Check every row, then take all in or nothing."""
    given = context.given
    if given.act == "template":
        return _template(context)
    lines = _lines(context)
    if given.dry_run:
        fields = {"rows": len(lines), "dry_run": True}
        context.answer(fields, context.words("books.import-checked", count=len(lines)))
        return 0
    if not given.staff:
        raise Refused("stock-words-missing")
    actor, second = context.session(given.staff).staff, context.second()
    source = Source(
        fund=given.fund, supplier=given.supplier, resolution=given.resolution, meeting=given.meeting
    )
    done = stock.receive(context.terminal, lines, source, actor, second)
    text = context.words("books.import-done", slip=done.slip, count=len(lines))
    context.answer({"entry": done.entry, "slip": done.slip, "rows": len(lines)}, text)
    return 0


def _template(context: Context) -> int:
    path = context.given.file
    if path.suffix != ".xlsx":
        raise Refused("file-ending", endings=".xlsx")
    columns = tuple(
        Column(heading=words[0] + ("*" if name in NEEDED else ""), weight=14)
        for name, words in HEADINGS.items()
    )
    title = context.words("stock.title.receive")
    sheet.write([Table(title=title, place="", period="", columns=columns, rows=())], path)
    context.answer({"file": str(path)}, str(path))
    return 0


def _lines(context: Context) -> tuple[Delivered, ...]:
    """The rows as a delivery. Raises `Refused`: `import-unreadable`, `import-wrong` (row=, column=)."""
    try:
        rows = read(context.given.file, HEADINGS, NEEDED)
    except RowsUnreadable as error:
        print(f"kiosk: {error}", file=sys.stderr)
        raise Refused("import-unreadable") from None
    known = {item.sku for item in shelf.shelf(context.terminal)}
    return tuple(_line(row, known) for row in rows)


def _line(row: Row, known: set[str]) -> Delivered:
    cell = row.cells.get
    pieces = cell("pieces") or ""
    right = {
        "sku": cell("sku") in known,
        "pieces": pieces.isascii() and pieces.isdigit() and int(pieces[:MOST_DIGITS]) > 0,
        "best_before": not cell("best_before") or is_day(cell("best_before") or ""),
        "made": not cell("made") or is_day(cell("made") or ""),
    }
    for name, fits in right.items():
        if not fits:
            raise Refused("import-wrong", row=row.number, column=HEADINGS[name][0])
    return Delivered(
        sku=cell("sku") or "",
        pieces=int(pieces[:MOST_DIGITS]),
        best_before=cell("best_before") or "",
        made=cell("made") or "",
    )
