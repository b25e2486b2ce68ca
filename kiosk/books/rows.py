"""Rows of a list in an Excel file or CSV: cells as text under known headings; judges no content."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

MOST_ROWS = 200_000
MOST_LINES_ABOVE = 10  # the row of headings is among the first
MOST_FILE_BYTES = 100_000_000
EXACT_INT = 10**15  # Excel keeps fifteen digits: a longer number was changed when it was typed in
ENDINGS = (".xlsx", ".csv")


class RowsUnreadable(ValueError):  # noqa: N818 - it reads as the sentence it is
    """The file is no such list; the text says why, without what is in it."""


class Row(NamedTuple):
    """One line; `number` as the spreadsheet counts. Empty cells are ""; Excel rounded those in `inexact`."""

    number: int
    cells: Mapping[str, str]
    inexact: frozenset[str] = frozenset()


def read(path: Path, headings: Mapping[str, Sequence[str]], needed: Sequence[str]) -> list[Row]:
    """The filled rows of the first sheet; `headings` maps a column's name to what people call it.

    The row of headings may stand below a title. Raises `RowsUnreadable` and `OSError`.
    """
    if path.suffix not in ENDINGS:
        raise RowsUnreadable(f"{path}: must end in {' or '.join(ENDINGS)}")
    if path.stat().st_size > MOST_FILE_BYTES:
        raise RowsUnreadable(f"{path}: larger than {MOST_FILE_BYTES // 1_000_000} MB")
    lines = _excel(path) if path.suffix == ".xlsx" else _csv(path)
    names = {word: name for name, words in headings.items() for word in (name, *words)}
    head, columns = next(
        (
            (at, columns)
            for at, line in enumerate(lines[:MOST_LINES_ABOVE], 1)
            if set(needed) <= set(columns := _columns(line, names))
        ),
        (0, []),
    )
    if not head:
        wanted = ", ".join(headings[name][0] for name in needed)
        raise RowsUnreadable(f"{path}: no row with the headings {wanted}")
    if doubled := {name for name in columns if name and columns.count(name) > 1}:
        raise RowsUnreadable(f"{path}: two columns for {', '.join(sorted(doubled))}")
    return [_row(number, columns, line) for number, line in enumerate(lines[head:], head + 1) if any(line)]


def _columns(line: Sequence[Any], names: Mapping[str, str]) -> list[str]:
    return [names.get(str(cell or "").strip().rstrip("*"), "") for cell in line]


def _row(number: int, columns: list[str], line: Sequence[Any]) -> Row:
    cells = dict.fromkeys((name for name in columns if name), "")
    inexact = set()
    for name, cell in zip(columns, line, strict=False):
        if name:
            cells[name] = _text(cell)
            if isinstance(cell, int | float) and abs(cell) >= EXACT_INT:
                inexact.add(name)
    return Row(number, cells, frozenset(inexact))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "date"):  # a day, as Excel keeps them
        return str(cell.date().isoformat())
    return str(cell).strip()


def _excel(path: Path) -> list[Sequence[Any]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
        lines = [
            row
            for row, _ in zip(
                book.worksheets[0].iter_rows(values_only=True), range(MOST_ROWS + 1), strict=False
            )
        ]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise RowsUnreadable(f"{path}: not an Excel file ({type(error).__name__})") from None
    return _few(path, lines)


def _csv(path: Path) -> list[Sequence[Any]]:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")  # what Chinese Excel saves
        except UnicodeDecodeError:
            raise RowsUnreadable(f"{path}: neither UTF-8 nor GB 18030") from None
    try:
        return _few(path, list(csv.reader(io.StringIO(text, newline=""), strict=True)))
    except csv.Error as error:
        raise RowsUnreadable(f"{path}: not CSV ({error})") from None


def _few(path: Path, lines: list[Sequence[Any]]) -> list[Sequence[Any]]:
    if len(lines) > MOST_ROWS:
        raise RowsUnreadable(f"{path}: more than {MOST_ROWS} rows")
    return lines
