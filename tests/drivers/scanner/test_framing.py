"""Framing turns any portioning of bytes into the same codes and rejects what is none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.framing import Framer
from drivers.scanner.types import CODE_MAXIMUM, Code, ean13_holds

CARD = "P1:YS:0370217:3:" + "A2B3" * 26


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\r\r\n"])
def test_every_line_end_ends_a_code_once(end: bytes) -> None:
    framer = Framer()
    assert framer.feed(CARD.encode() + end) == [Code("", CARD)]
    assert not framer.pending
    assert not framer.rejected


def test_silence_ends_a_code_without_a_suffix() -> None:
    framer = Framer()
    assert framer.feed(CARD.encode()) == []
    assert framer.pending
    assert framer.gap() == [Code("", CARD)]
    assert framer.gap() == []


def test_codes_that_follow_at_once_are_all_kept() -> None:
    framer = Framer()
    assert [code.text for code in framer.feed(b"one\rtwo\r\nthree\nfour")] == ["one", "two", "three"]
    assert [code.text for code in framer.gap()] == ["four"]


@given(
    texts=st.lists(st.text("ABC123:-", min_size=1, max_size=200), min_size=1, max_size=8),
    cuts=st.lists(st.integers(0, 1600), max_size=12),
)
def test_portions_do_not_matter(texts: list[str], cuts: list[int]) -> None:
    stream = b"".join(text.encode() + b"\r\n" for text in texts)
    framer, got = Framer(), []
    places = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        got += framer.feed(stream[start:end])
    assert [code.text for code in got] == texts


@pytest.mark.parametrize(
    ("sent", "symbology", "text"),
    [
        ("]Q1" + CARD, "QR", CARD),
        ("]C0ABC-128", "CODE128", "ABC-128"),
        ("]E06901234567892", "EAN13", "6901234567892"),
        ("]E0012345678905", "EAN13", "0012345678905"),
        ("]E0012345678905"[:3] + "012345678905", "EAN13", "0012345678905"),
        ("no aim", "", "no aim"),
        ("]", "", "]"),
        ("  spaced  ", "", "spaced"),
    ],
)
def test_aim_identifiers_name_the_symbology(sent: str, symbology: str, text: str) -> None:
    assert Framer().feed(sent.encode() + b"\r") == [Code(symbology, text)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"A" * 4096, "too-long"),
        (b"A" * (CODE_MAXIMUM + 1), "too-long"),
        (b"P1:\x00\x01\x02", "control"),
        (b"P1:\x1b[2J", "control"),
        (b"\xff\xfe\xfd", "garbage"),
        (b"   ", "empty"),
        (b"]Q1", "empty"),
        (b"]A0CODE39", "symbology"),
        (b"]d2MATRIX", "symbology"),
        (b"]E496385074", "symbology"),
        (b"]E06901234567893", "check-digit"),
        (b"]E0" + CARD.encode(), "check-digit"),
    ],
)
def test_what_is_no_code_is_counted_by_reason(sent: bytes, why: str) -> None:
    framer = Framer()
    assert framer.feed(sent + b"\r") == []
    assert framer.rejected == {why: 1}
    assert framer.feed(b"GOOD\r") == [Code("", "GOOD")]


def test_an_endless_code_is_held_in_bounded_memory_and_counted_once() -> None:
    framer = Framer()
    for _ in range(1000):
        assert framer.feed(b"x" * 4096) == []
    assert len(framer._held) <= CODE_MAXIMUM
    assert framer.gap() == []
    assert framer.rejected == {"too-long": 1}


@given(st.binary(max_size=3000))
def test_any_bytes_are_survived(data: bytes) -> None:
    framer = Framer()
    for code in framer.feed(data) + framer.gap():
        assert code.text.isprintable()
        assert 0 < len(code.text.encode()) <= CODE_MAXIMUM
    assert framer.feed(b"AFTER\r")[-1:] == [Code("", "AFTER")]


def test_check_digit_of_a_known_ean() -> None:
    assert ean13_holds("9780764544200")
    assert not ean13_holds("9780764544201")
    assert not ean13_holds("978076454420")
    assert not ean13_holds("٩٧٨٠٧٦٤٥٤٤٢٠٠")
