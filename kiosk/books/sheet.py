"""Tables as an Excel workbook, a sheet each; numbers stay numbers, so that anybody can sum them again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.books.table import WIDE_FROM, Table, checked

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WIDTH_A_WEIGHT = 1.4  # characters
MOST_TITLE_CHARS = 31  # Excel's own limit for the name of a sheet
_NOT_IN_TITLES = str.maketrans(dict.fromkeys(r"[]:*?/\\", " "))
_FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would run when somebody edits the cell
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")  # not allowed in XML 1.0


def write(tables: Sequence[Table], path: Path) -> None:
    """Write the tables into a new workbook at `path`."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    taken: set[str] = set()
    for table in tables:
        _fill(book.create_sheet(_sheet_name(table.title, taken)), checked(table))
    book.save(path)


def _fill(sheet: Worksheet, table: Table) -> None:
    last = len(table.columns)
    _line(sheet, table.title, last, size=16, bold=True, horizontal="center")
    about = "　".join(part for part in (table.place, table.period, table.number) if part)
    _line(sheet, about, last, horizontal="center")
    for label, value in table.facts:
        _line(sheet, f"{label}：{value}", last)
    head = sheet.max_row + 1
    _grid(sheet, table, head)
    for note in (*table.notes, "　　".join(f"{sign}：__________" for sign in table.signs)):
        if note:
            _line(sheet, note, last)
    _line(sheet, "　".join(part for part in (table.made, table.source) if part), last, size=9)
    _page(sheet, table, head)


def _grid(sheet: Worksheet, table: Table, head: int) -> None:
    """Headings in row `head`, the rows and their sums below."""
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    thin = Side(style="thin", color="999999")
    grid, bold = Border(thin, thin, thin, thin), Font(bold=True)
    sums = table.sums()
    rows = [*table.rows, *([] if sums is None else [sums])]
    for at, column in enumerate(table.columns, 1):
        cell = _put(sheet, head, at, column.heading)
        cell.font, cell.fill, cell.border = bold, PatternFill("solid", fgColor="F3ECE2"), grid
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        side = "left" if column.kind == "text" else "right"
        look = None
        for row, cells in enumerate(rows, head + 1):
            value = cells[at - 1]
            tenths = isinstance(value, int) and column.kind == "points"
            cell = sheet.cell(row, at)
            if look is None:
                cell.border = grid
                cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
                if column.kind == "points":
                    cell.number_format = "0.0"
                look = cell._style
            cell._style = copy(look)  # an assignment of each by itself takes ten times as long
            _put(sheet, row, at, int(value) / 10 if tenths else value)
            if sums is not None and row == head + len(rows):
                cell.font = bold


def _page(sheet: Worksheet, table: Table, head: int) -> None:
    """How it scrolls and prints: headings stay, A4 as wide as the paper, pages numbered."""
    from openpyxl.utils import get_column_letter

    for at, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = max(6, column.weight * WIDTH_A_WEIGHT)
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.print_title_rows = f"{head}:{head}"
    sheet.oddFooter.center.text = table.paged.format(page="&P", pages="&N")
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if len(table.columns) >= WIDE_FROM else "portrait"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _line(
    sheet: Worksheet, text: str, columns: int, *, size: int = 11, bold: bool = False, horizontal: str = "left"
) -> None:
    """One line across all columns, below what is there."""
    from openpyxl.styles import Alignment, Font

    row = sheet.max_row + 1 if sheet.cell(1, 1).value else 1
    cell = _put(sheet, row, 1, text)
    cell.font, cell.alignment = Font(bold=bold, size=size), Alignment(horizontal=horizontal, wrap_text=True)
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)


def _put(sheet: Worksheet, row: int, column: int, value: str | float) -> Any:
    """The cell, filled; text stays text, whatever it begins with."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        value = _UNPRINTABLE.sub("", value)
        cell.value, cell.data_type = value, "s"
        cell.quotePrefix = value.startswith(_FORMULA)
    else:
        cell.value = value
    return cell


def _sheet_name(title: str, taken: set[str]) -> str:
    base = title.translate(_NOT_IN_TITLES)[:MOST_TITLE_CHARS]
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base[: MOST_TITLE_CHARS - 3]} {number}"
    taken.add(name)
    return name
