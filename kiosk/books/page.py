"""Tables as A4 pages to hang on the wall: PDF with the prepared Chinese faces inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kiosk.books.table import Cell, Column, Table, checked
from kiosk.words import points

if TYPE_CHECKING:
    from fpdf import FPDF

MARGIN_MM = 14
TITLE_PT, TEXT_PT, SMALL_PT = 22, 11, 8
LINE_MM = 6.4
WIDE_FROM = 7  # columns: the page lies on its side


class Faces(NamedTuple):
    """Font files, and those to fall back to for rare characters."""

    regular: Path
    bold: Path
    fallbacks: tuple[Path, ...]


def write(tables: Sequence[Table], path: Path, faces: Faces) -> None:
    """Write the tables as one PDF at `path`, each beginning on a page of its own."""
    from fpdf import FPDF

    pdf = FPDF(format="A4")
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(True, MARGIN_MM)
    _load(pdf, faces)
    for table in tables:
        _draw(pdf, checked(table))
    pdf.output(str(path))


def _load(pdf: FPDF, faces: Faces) -> None:
    pdf.add_font("text", "", faces.regular)
    pdf.add_font("text", "B", faces.bold)
    for number, face in enumerate(faces.fallbacks):
        pdf.add_font(f"rare{number}", "", face)
    pdf.set_fallback_fonts([f"rare{number}" for number in range(len(faces.fallbacks))], exact_match=False)


def _draw(pdf: FPDF, table: Table) -> None:
    pdf.add_page(orientation="L" if len(table.columns) >= WIDE_FROM else "P")
    pdf.set_font("text", "B", TITLE_PT)
    pdf.multi_cell(0, 12, table.title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("text", "", TEXT_PT)
    about = "　".join(part for part in (table.place, table.period, table.number) if part)
    pdf.multi_cell(0, LINE_MM, about, align="C", new_x="LMARGIN", new_y="NEXT")
    for label, value in table.facts:
        pdf.multi_cell(0, LINE_MM, f"{label}：{value}", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    _rows(pdf, table)
    pdf.ln(3)
    for note in table.notes:
        pdf.multi_cell(0, LINE_MM, note, new_x="LMARGIN", new_y="NEXT")
    if table.signs:
        pdf.ln(6)
        signs = "　　".join(f"{sign}：______________" for sign in table.signs)
        pdf.multi_cell(0, LINE_MM, signs, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    pdf.set_font("text", "", SMALL_PT)
    made = "　".join(part for part in (table.made, table.source) if part)
    pdf.multi_cell(0, LINE_MM, made, align="R", new_x="LMARGIN", new_y="NEXT")


def _rows(pdf: FPDF, table: Table) -> None:
    from fpdf.enums import TableBordersLayout
    from fpdf.fonts import FontFace

    aligns = tuple("LEFT" if column.kind == "text" else "RIGHT" for column in table.columns)
    with pdf.table(
        col_widths=tuple(column.weight for column in table.columns),
        text_align=aligns,
        line_height=LINE_MM,
        borders_layout=TableBordersLayout.ALL,
        headings_style=FontFace(emphasis="BOLD", fill_color=(243, 236, 226)),
        padding=0.6,
    ) as drawn:
        drawn.row([column.heading for column in table.columns])
        for row in table.rows:
            drawn.row(_texts(table.columns, row))
        sums = table.sums()
        if sums is not None:
            drawn.row(_texts(table.columns, sums), style=FontFace(emphasis="BOLD"))


def _texts(columns: Sequence[Column], row: Sequence[Cell]) -> list[str]:
    return [
        points(cell) if isinstance(cell, int) and column.kind == "points" else str(cell)
        for column, cell in zip(columns, row, strict=True)
    ]
