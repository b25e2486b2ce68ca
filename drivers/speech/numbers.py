"""Numbers as they are said in Chinese, and sentences made ready for a voice; pure, makes no sound."""

from __future__ import annotations

import re

DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_GROUPS = ("", "万", "亿", "万亿")
LARGEST = 10**16 - 1  # what four groups of four digits hold

_NUMBER = re.compile(r"(?<![\d.])(-?)(\d+)(?:\.(\d+))?(?![\d.])")
_GROUP = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")  # 1,860.5
_STARS = re.compile(r"[*＊]+")


def chinese_integer(number: int) -> str:
    """A whole number in words: 110 → 一百一十, 1001 → 一千零一, 20000 → 二万, -5 → 负五.

    Raises `ValueError` beyond `LARGEST`.
    """
    if abs(number) > LARGEST:
        raise ValueError(f"{number} is too large to be said")
    if number < 0:
        return "负" + chinese_integer(-number)
    if number == 0:
        return DIGITS[0]
    words = ""
    gap = False  # a zero stands between what was said and what comes
    for group in range(3, -1, -1):
        part = number // 10 ** (4 * group) % 10**4
        if part == 0:
            gap = gap or bool(words)
            continue
        words += (DIGITS[0] if words and (gap or part < 1000) else "") + _four(part) + _GROUPS[group]
        gap = False
    return words.removeprefix("一") if words.startswith("一十") else words


def chinese_amount(tenths: int) -> str:
    """An amount in tenths in words: 385 → 三十八点五, 5 → 零点五, -280 → 负二十八."""
    whole, tenth = divmod(abs(tenths), 10)
    sign = "负" if tenths < 0 else ""
    return sign + chinese_integer(whole) + (f"点{DIGITS[tenth]}" if tenth else "")


def chinese_digits(digits: str) -> str:
    """Digits said one by one, as the tail of a household's number is: 0217 → 零二一七."""
    return "".join(DIGITS[int(digit)] for digit in digits)


def sayable(sentence: str, *, chinese: bool = True) -> str:
    """The sentence without the stars of masked names, and in Chinese with its numbers in words.

    Numbers with a leading zero are names (尾号 0217) and said digit by digit.
    """
    plain = _GROUP.sub("", _STARS.sub("", sentence))
    return _NUMBER.sub(_in_words, plain) if chinese else plain


def _in_words(found: re.Match[str]) -> str:
    sign, whole, fraction = found.groups()
    is_name = fraction is None and (len(whole) > 1 and whole[0] == "0")
    if is_name or int(whole) > LARGEST:
        return chinese_digits(whole)
    words = chinese_integer(int(whole)) + (f"点{chinese_digits(fraction)}" if fraction else "")
    return ("负" if sign else "") + words


def _four(part: int) -> str:
    """1 to 9999."""
    words = ""
    gap = False
    for place in range(3, -1, -1):
        digit = part // 10**place % 10
        if digit == 0:
            gap = gap or bool(words)
            continue
        words += (DIGITS[0] if gap else "") + DIGITS[digit] + _PLACES[place]
        gap = False
    return words
