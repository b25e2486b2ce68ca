"""Chinese numbers: by example, and read back by a reader of their own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.speech.numbers import (
    DIGITS,
    LARGEST,
    chinese_amount,
    chinese_digits,
    chinese_integer,
    sayable,
)

UNITS = {"十": 10, "百": 100, "千": 1000}


def read_back(words: str) -> int:
    """A number from its words, by the grammar of numerals and not by the code under test."""
    if words.startswith("负"):
        return -read_back(words[1:])
    for name, size in (("万亿", 10**12), ("亿", 10**8), ("万", 10**4)):
        head, found, rest = words.partition(name)
        if found:
            return read_back(head) * size + (read_back(rest) if rest else 0)
    total, digit = 0, 0
    for word in words:
        if word in UNITS:
            total += (digit or 1) * UNITS[word]
            digit = 0
        else:
            digit = DIGITS.index(word)
    return total + digit


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"), (5, "五"), (10, "十"), (11, "十一"), (20, "二十"), (110, "一百一十"), (101, "一百零一"),
        (1001, "一千零一"), (1010, "一千零一十"), (20000, "二万"), (20001, "二万零一"), (21000, "二万一千"),
        (100000, "十万"), (100_0500, "一百万零五百"), (1_0000_0000, "一亿"), (1_0000_0001, "一亿零一"),
        (-5, "负五"), (12_3456_7890, "十二亿三千四百五十六万七千八百九十"),
    ],
)  # fmt: skip
def test_whole_numbers(number: int, words: str) -> None:
    assert chinese_integer(number) == words


@pytest.mark.parametrize(
    ("tenths", "words"),
    [
        (385, "三十八点五"),
        (5, "零点五"),
        (100, "十"),
        (1100, "一百一十"),
        (-5, "负零点五"),
        (-280, "负二十八"),
        (0, "零"),
    ],
)
def test_amounts(tenths: int, words: str) -> None:
    assert chinese_amount(tenths) == words


@given(st.integers(min_value=-LARGEST, max_value=LARGEST))
def test_every_number_reads_back(number: int) -> None:
    words = chinese_integer(number)
    assert read_back(words) == number
    assert "零零" not in words
    assert number == 0 or not words.endswith("零")


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_every_amount_reads_back(tenths: int) -> None:
    whole, _, tenth = chinese_amount(tenths).removeprefix("负").partition("点")
    assert read_back(whole) * 10 + (DIGITS.index(tenth) if tenth else 0) == abs(tenths)
    assert chinese_amount(tenths).startswith("负") == (tenths < 0)


def test_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="large"):
        chinese_integer(LARGEST + 1)


def test_a_sentence_is_made_ready() -> None:
    assert sayable("尾号 0217，能用 38.5 分") == "尾号 零二一七，能用 三十八点五 分"
    assert sayable("欠 -3.05 分，共 1001 件") == "欠 负三点零五 分，共 一千零一 件"
    assert sayable("张＊＊（4口） 王*") == "张（四口） 王"
    assert sayable("0 分，0.5 分") == "零 分，零点五 分"
    assert (
        sayable("能用 1,860.5 分，共 1,234,567 分")
        == "能用 一千八百六十点五 分，共 一百二十三万四千五百六十七 分"
    )
    assert sayable("1,2,3") == "一,二,三"
    assert sayable("9" * 20) == chinese_digits("9" * 20)
    assert sayable("You have 38.5 points, Li*", chinese=False) == "You have 38.5 points, Li"


@given(st.text(max_size=60))
def test_no_star_and_no_arabic_number_is_left_in_chinese(sentence: str) -> None:
    said = sayable(sentence)
    assert not set("*＊") & set(said)
    if not any(mark in sentence for mark in "."):
        assert not any(ch in "0123456789" for ch in said)
