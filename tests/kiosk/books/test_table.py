"""Tables on paper and in Excel: sums, long tables, rare characters, and text that looks like a formula."""

from __future__ import annotations

from pathlib import Path

import msgspec
from openpyxl import load_workbook

from kiosk.books import sheet
from kiosk.books.table import Column, Table
from tests.kiosk.books import reading

TABLE = Table(
    title="测试表",
    place="示范镇 柳泉村",
    period="2026-11",
    columns=(
        Column(heading="户主", weight=20),
        Column(heading="件数", kind="count", summed=True),
        Column(heading="分", kind="points", summed=True),
    ),
    rows=(("𠮷野春", 2, 35), ("=1+1", 1, -5), ("@坏", 0, 0)),
    total="合计",
    paged="第 {page} 页 共 {pages} 页",
)


def test_sums_stand_behind_their_word() -> None:
    assert TABLE.sums() == ("合计", 3, 30)
    plain = tuple(msgspec.structs.replace(column, summed=False) for column in TABLE.columns)
    assert msgspec.structs.replace(TABLE, columns=plain).sums() is None


def test_a_name_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    assert reading.excel(TABLE, tmp_path) == [
        ["𠮷野春", 2, 3.5],
        ["=1+1", 1, -0.5],
        ["@坏", 0, 0],
        ["合计", 3, 3],
    ]
    cells = [cell for row in load_workbook(tmp_path / "book.xlsx").active for cell in row]
    assert {cell.data_type for cell in cells if cell.value == "=1+1"} == {"s"}
    assert all(cell.data_type != "f" for cell in cells)
    assert [cell.quotePrefix for cell in cells if cell.value == "=1+1"] == [True]
    (shown,) = [row for row in reading.libreoffice(TABLE, tmp_path) if row[1] == "1"]
    assert shown[0] == "=1+1"


def test_a_rare_character_is_printed(tmp_path: Path) -> None:
    assert "𠮷野春" in reading.pdf([TABLE], tmp_path)


def test_a_long_table_repeats_its_headings_and_numbers_its_pages(tmp_path: Path) -> None:
    long = msgspec.structs.replace(TABLE, rows=tuple((f"户{at}", 1, 10) for at in range(90)))
    pages = reading.pdf([long], tmp_path).split("\f")[:-1]
    assert len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert "户主" in text
        assert f"第{number}页共{len(pages)}页" in "".join(text.split())
    assert "合计" in pages[-1] and "900" not in pages[-1] and "90" in pages[-1]


def test_a_control_character_does_not_spoil_the_book(tmp_path: Path) -> None:
    odd = msgspec.structs.replace(TABLE, rows=(("坏\x0b名", 1, 1),))
    assert reading.excel(odd, tmp_path)[0][0] == "坏名"


def test_two_tables_of_one_title_are_two_sheets(tmp_path: Path) -> None:
    sheet.write([TABLE, TABLE], tmp_path / "book.xlsx")
    assert load_workbook(tmp_path / "book.xlsx").sheetnames == ["测试表", "测试表 2"]
