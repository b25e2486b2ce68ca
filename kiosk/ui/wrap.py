"""Breaks lines where Chinese is broken: not inside a number or a word, not before 。 or after “."""

from __future__ import annotations

import re
from collections.abc import Callable

_NOT_FIRST = "，。！？；：、）》」』”’％·…—～,.!?;:)%›"
_NOT_LAST = "（《「『“‘("
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
# A number stays with the one character that counts it: 12月, 9.5 分.
_UNITS = re.compile(
    rf"[{_NOT_LAST}]*(?:[+−-]?\d[\d.,:/-]*\s?(?:[{_WIDE}](?<![{_NOT_FIRST}]))?|[^\s{_WIDE}{_NOT_FIRST}{_NOT_LAST}]+|.)"
    rf"[{_NOT_FIRST}]*\s*",
    re.DOTALL,
)


def pieces(text: str) -> list[str]:
    """`text` cut at every place where a line may end; the pieces join to the text."""
    return _UNITS.findall(text)


def wrap(text: str, room: float, measure: Callable[[str], float]) -> str:
    """`text` with line breaks so that every line is at most `room` wide, as far as its pieces allow.

    Lines come out about equally long: no last line of one character.
    """
    return "\n".join(_paragraph(part, room, measure) for part in text.split("\n"))


def _paragraph(text: str, room: float, measure: Callable[[str], float]) -> str:
    whole = measure(text)
    room -= 1 + text.count(" ")  # Kivy measures word by word and rounds each
    if whole <= room:
        return text
    measured = [(piece, measure(piece), measure(piece.rstrip())) for piece in pieces(text)]
    lines = _fill(measured, room)
    low, high = whole / (len(lines) + 1), room
    for _ in range(6):  # the narrowest room that needs no more lines
        middle = (low + high) / 2
        if len(_fill(measured, middle)) > len(lines):
            low = middle
        else:
            high = middle
    return "\n".join(_fill(measured, high))


def _fill(measured: list[tuple[str, float, float]], room: float) -> list[str]:
    lines, line, used = [], "", 0.0
    for piece, wide, bare in measured:
        if line and used + bare > room:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line += piece
        used += wide
    return [*lines, line.rstrip()]
