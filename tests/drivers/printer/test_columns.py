"""Lines in printer cells: widths, cutting, wrapping, tables."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer import columns
from drivers.printer.columns import char_width, clean, cut, layout, pad, table_row, two_ends, width, wrap
from drivers.printer.document import Column, Row, Rule, Text
from drivers.printer.glyphs import in_font
from tests.drivers.printer.sample import COLUMNS

ANY_TEXT = st.text(max_size=80)
PAPERS = st.sampled_from([32, 42, 48])


@pytest.mark.parametrize(
    ("char", "cells"),
    [*((char, 1) for char in "a0¥"), *((char, 2) for char in "中（—“℃×①·䶮㐂𠮷＊镕")],
)
def test_a_character_is_as_wide_as_the_printer_makes_it(char: str, cells: int) -> None:
    assert char_width(char) == cells


@given(ANY_TEXT, st.integers(0, 60))
def test_cutting_keeps_a_beginning_that_fits(text: str, cells: int) -> None:
    text = clean(text)
    kept = cut(text, cells)
    assert text.startswith(kept)
    assert width(kept) <= cells
    assert kept == text or width(kept) + char_width(text[len(kept)]) > cells


@given(ANY_TEXT, st.integers(2, 60), st.sampled_from(["left", "right", "center"]))
def test_padding_is_exact(text: str, cells: int, align: str) -> None:
    assert width(pad(clean(text), cells, align)) == cells


@given(ANY_TEXT, st.integers(2, 60))
def test_wrapping_loses_nothing_and_fits(text: str, cells: int) -> None:
    text = clean(text)
    lines = wrap(text, cells)
    assert all(width(line) <= cells for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_numbers_stay_whole_and_no_line_begins_with_a_comma() -> None:
    assert wrap("监督电话 0000-0000000", 18) == ["监督电话", "0000-0000000"]
    assert wrap("请在期限内找委员会，受理后", 18) == ["请在期限内找委员", "会，受理后"]


@given(ANY_TEXT, ANY_TEXT, PAPERS)
def test_both_ends_stand_at_the_edges(left: str, right: str, paper: int) -> None:
    left, right = clean(left), clean(right).strip(" ")
    lines = two_ends(left, right, paper)
    assert all(width(line) <= paper for line in lines)
    if right and len(lines) == 1:
        assert width(lines[0]) == paper
        assert lines[0].endswith(right)


@given(
    st.lists(st.tuples(ANY_TEXT, *[st.text("0123456789.盒公斤", max_size=12)] * 3), min_size=1, max_size=6),
    PAPERS,
)
def test_rows_fit_and_lose_no_number(rows: list[tuple[str, ...]], paper: int) -> None:
    for row in rows:
        cells = [clean(cell) for cell in row]
        lines = table_row(cells, COLUMNS, paper)
        assert all(width(line) <= paper for line in lines)
        if sum(width(cell) + 1 for cell in cells[1:]) <= paper:
            assert all(cell in lines[-1] for cell in cells[1:])


@pytest.mark.parametrize("paper", [32, 48])
def test_right_edges_are_the_same_in_every_row(paper: int) -> None:
    rows = [("肥皂", "2块", "3", "6"), ("陈醋 500毫升", "10瓶", "12.5", "125"), ("很" * 40, "1个", "8", "8")]
    edges = set()
    for row in rows:
        last = table_row(row, COLUMNS, paper)[-1]
        at = [last.rindex(f" {row[3]}") + 1 + len(row[3])]
        assert at == [len(last)]
        edges.add(width(last))
        edges.add(
            width(last[: last.index(f" {row[2]} ")])
            + 1
            + len(row[2])
            + 10 * (paper == 48)
            + 9 * (paper == 32)
        )
    assert edges == {paper}


def test_nothing_in_a_text_can_be_a_command() -> None:
    assert clean("张\x1b@三\x10\x04\x01\r\n李\u200b\ufe0f四\ud800") == "张@三  李四"
    assert [line.text for line in layout(Text("a\x1dV\x00b", "c\x00"), 32)] == ["aVb" + " " * 28 + "c"]


def test_rule_and_big_lines_fill_the_paper() -> None:
    assert layout(Rule("="), 32)[0].text == "=" * 32
    assert layout(Rule("═"), 32)[0].text == "═" * 16
    big = layout(Text("党群积分超市", align="center", big=True), 48)[0]
    assert (big.text, big.big) == (" " * 6 + "党群积分超市", True)


def test_a_row_needs_a_cell_for_each_column() -> None:
    with pytest.raises(AssertionError):
        layout(Row(("a",), (Column(), Column(4))), 32)


def test_plain_characters_need_no_second_look() -> None:
    every = [chr(point) for point in range(0x10000) if columns.is_plain(chr(point))]
    assert len(every) > 20_000
    assert all(columns._visible(ch) == ch for ch in every)
    assert unicodedata.is_normalized("NFC", "".join(every))
    assert all(len(ch.encode("gb18030")) == char_width(ch) for ch in every)
    assert all(in_font(ch, "gbk") for ch in every)
    assert not columns.is_plain("a\n") and not columns.is_plain("㐂")
