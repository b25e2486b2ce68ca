"""Tables as an Excel workbook, a sheet each; numbers stay numbers, so that anybody can sum them again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.books.table import Cell, Column, Table, checked

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

WIDTH_A_WEIGHT = 1.4  # characters
MOST_TITLE_CHARS = 31  # Excel's own limit for the name of a sheet
_NOT_IN_TITLES = str.maketrans(dict.fromkeys(r"[]:*?/\\", " "))
_FORMULA = ("=", "+", "-", "@")  # what a spreadsheet would run when it begins a cell


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
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    thin = Side(style="thin", color="999999")
    grid, last = Border(thin, thin, thin, thin), len(table.columns)
    _line(sheet, [table.title], last, Font(bold=True, size=16), Alignment(horizontal="center"))
    about = "　".join(part for part in (table.place, table.period, table.number) if part)
    _line(sheet, [about], last, Font(size=11), Alignment(horizontal="center"))
    for label, value in table.facts:
        _line(sheet, [f"{label}：{value}"], last, Font(size=11), Alignment())
    sheet.append([column.heading for column in table.columns])
    head = sheet.max_row
    for row in table.rows:
        sheet.append([_value(column, cell) for column, cell in zip(table.columns, row, strict=True)])
    sums = table.sums()
    if sums is not None:
        sheet.append([_value(column, cell) for column, cell in zip(table.columns, sums, strict=True)])
    for row in sheet.iter_rows(min_row=head, max_row=sheet.max_row, max_col=last):
        for cell, column in zip(row, table.columns, strict=True):
            cell.border = grid
            cell.alignment = Alignment(
                horizontal="left" if column.kind == "text" else "right", vertical="center", wrap_text=True
            )
            if column.kind == "points":
                cell.number_format = "0.0"
    for cell in sheet[head]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="F3ECE2")
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    if sums is not None:
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
    for note in (*table.notes, "　　".join(f"{sign}：__________" for sign in table.signs)):
        if note:
            _line(sheet, [note], last, Font(size=11), Alignment(wrap_text=True))
    _line(
        sheet,
        ["　".join(part for part in (table.made, table.source) if part)],
        last,
        Font(size=9),
        Alignment(),
    )
    for at, column in enumerate(table.columns, 1):
        sheet.column_dimensions[get_column_letter(at)].width = max(6, column.weight * WIDTH_A_WEIGHT)
    sheet.freeze_panes = sheet.cell(head + 1, 1)
    sheet.print_title_rows = f"{head}:{head}"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _line(sheet: Worksheet, values: list[str], columns: int, font: Any, alignment: Any) -> None:
    """One line across all columns."""
    sheet.append([_text(value) for value in values])
    row = sheet.max_row
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)
    cell = sheet.cell(row, 1)
    cell.font, cell.alignment = font, alignment


def _value(column: Column, cell: Cell) -> str | int | float:
    if isinstance(cell, int):
        return cell / 10 if column.kind == "points" else cell
    return _text(cell)


def _text(value: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _sheet_name(title: str, taken: set[str]) -> str:
    base = title.translate(_NOT_IN_TITLES)[:MOST_TITLE_CHARS]
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base[: MOST_TITLE_CHARS - 3]} {number}"
    taken.add(name)
    return name
