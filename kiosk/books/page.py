"""Tables as A4 pages to hang on the wall: PDF with the prepared Chinese faces inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import fpdf

from kiosk.books.documents import Document
from kiosk.books.table import WIDE_FROM, Cell, Column, Table, checked
from kiosk.words import points

MARGIN_MM = 14
TITLE_PT, BELOW_PT, TEXT_PT, SMALL_PT = 22, 15, 11, 8
LINE_MM = 6.4
TEXT_MARGIN_MM, LINE_MM_A_PT = 22, 0.55
FOOT_MM = 4


# size in points, bold, space before in mm
_LOOKS = {
    "title": (22, True, 0),
    "heading": (14, True, 3),
    "item": (12, False, 0.6),
    "text": (12, False, 1.2),
}


class Faces(NamedTuple):
    """Font files, and those to fall back to for rare characters."""

    regular: Path
    bold: Path
    fallbacks: tuple[Path, ...]


class _Paged(fpdf.FPDF):
    """A4 pages; below each stands its number in the words of the table it shows."""

    paged = ""
    rare: tuple[Path, ...] = ()  # faces not read yet

    def get_fallback_font(self, char: str, style: str = "") -> str | None:
        """Called by fpdf for a character that the text's face lacks: only then are the large faces of rare
        ones read, which takes longer than all the rest."""
        if self.rare:
            names = [f"rare{number}" for number in range(len(self.rare))]
            for name, face in zip(names, self.rare, strict=True):
                self.add_font(name, "", face)
            self.set_fallback_fonts(names, exact_match=False)
            self.rare = ()
        found: str | None = super().get_fallback_font(char, style)
        return found

    def footer(self) -> None:
        """Called by fpdf at the end of each page."""
        if self.paged:
            self.set_y(-MARGIN_MM - FOOT_MM)
            self.set_font("text", "", SMALL_PT)
            text = self.paged.format(page=self.page_no(), pages=self.str_alias_nb_pages)
            self.cell(0, FOOT_MM + 2, text, align="C")


def write(tables: Sequence[Table], path: Path, faces: Faces) -> None:
    """Write the tables as one PDF at `path`, each on a page of its own unless it follows."""
    pdf = opened(faces)
    pdf.set_margin(MARGIN_MM)
    pdf.set_auto_page_break(True, MARGIN_MM + FOOT_MM)
    for table in tables:
        _draw(pdf, checked(table))
    pdf.output(str(path))


def write_text(document: Document, path: Path, faces: Faces, below: str, paged: str) -> None:
    """Write a text of the centre's own as one PDF at `path`; `below` stands under it, small."""
    pdf = opened(faces)
    pdf.set_margin(TEXT_MARGIN_MM)
    pdf.set_auto_page_break(True, MARGIN_MM + FOOT_MM)
    pdf.add_page()
    pdf.paged = paged
    for part in document.parts:
        size, bold, before_mm = _LOOKS[part.kind]
        pdf.ln(before_mm)
        pdf.set_font("text", "B" if bold else "", size)
        text = f"· {part.text}" if part.kind == "item" else part.text
        align = "C" if part.kind == "title" else "L"
        pdf.multi_cell(0, size * LINE_MM_A_PT, text, align=align, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    pdf.set_font("text", "", SMALL_PT)
    pdf.multi_cell(0, LINE_MM, below, align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.output(str(path))


def opened(faces: Faces) -> _Paged:
    """A4 without a page yet, with the face "text" in regular and bold."""
    pdf = _Paged(format="A4")
    pdf.add_font("text", "", faces.regular)
    pdf.add_font("text", "B", faces.bold)
    pdf.set_fallback_fonts(["text"])  # so that fpdf asks for the face of what it lacks
    pdf.rare = faces.fallbacks
    return pdf


def _draw(pdf: _Paged, table: Table) -> None:
    if table.follows:
        pdf.ln(6)
    else:
        pdf.add_page(orientation="L" if len(table.columns) >= WIDE_FROM else "P")
    pdf.paged = table.paged  # behind add_page: that one still ends the page before
    pdf.set_font("text", "B", BELOW_PT if table.follows else TITLE_PT)
    pdf.multi_cell(0, 12, table.title, align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("text", "", TEXT_PT)
    about = "　".join(part for part in (table.place, table.period, table.number) if part)
    if about:
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
    if made:
        pdf.multi_cell(0, LINE_MM, made, align="R", new_x="LMARGIN", new_y="NEXT")


def _rows(pdf: fpdf.FPDF, table: Table) -> None:
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
