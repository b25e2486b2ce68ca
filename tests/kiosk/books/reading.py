"""Reads books back: Excel by openpyxl and by LibreOffice, PDF by pdftotext."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from kiosk.books import page, sheet
from kiosk.books.table import Table
from kiosk.ui import fonts

CSV_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"


def excel(table: Table, folder: Path) -> list[list[Any]]:
    """The rows between the headings and the row of sums, as openpyxl reads them."""
    path = folder / "book.xlsx"
    sheet.write([table], path)
    rows = [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]
    return _between(rows, table)


def libreoffice(table: Table, folder: Path) -> list[list[str]]:
    """The same rows as LibreOffice shows them."""
    return libreoffice_all([table], folder)[0]


def libreoffice_all(tables: Sequence[Table], folder: Path) -> list[list[list[str]]]:
    """The same of several tables, by one start of LibreOffice."""
    paths = [folder / f"book{number}.xlsx" for number in range(len(tables))]
    for table, path in zip(tables, paths, strict=True):
        sheet.write([table], path)
    command = ["soffice", f"-env:UserInstallation=file://{folder / 'profile'}", "--headless"]
    command += ["--convert-to", CSV_FILTER, "--outdir", str(folder), *map(str, paths)]
    subprocess.run(command, check=True, capture_output=True, timeout=110 * len(tables))
    found = []
    for table, path in zip(tables, paths, strict=True):
        with path.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
            found.append(_between(list(csv.reader(file)), table))
    return found


def pdf(tables: list[Table], folder: Path) -> str:
    """The text of the pages, as they are laid out."""
    path = folder / "book.pdf"
    found = fonts.prepare()
    page.write(tables, path, page.Faces(found.regular, found.bold, found.fallbacks))
    read = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], check=True, capture_output=True, timeout=60
    )
    return read.stdout.decode()


def tenths(value: Any) -> int:
    """Points of a cell in tenths; an empty cell is none."""
    return round(float(value) * 10) if value not in (None, "") else 0


def _between(rows: list[list[Any]], table: Table) -> list[list[Any]]:
    headings = [column.heading for column in table.columns]
    first = next(at for at, row in enumerate(rows) if row[: len(headings)] == headings) + 1
    return rows[first : first + len(table.rows) + (table.sums() is not None)]
