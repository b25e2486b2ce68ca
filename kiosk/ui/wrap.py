"""Breaks lines where Chinese is broken: nowhere inside a number or a Latin word, never before 。 or after “."""

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
    """`text` with line breaks so that every line is at most `room` wide, as far as its pieces allow."""
    return "\n".join(_paragraph(part, room, measure) for part in text.split("\n"))


def _paragraph(text: str, room: float, measure: Callable[[str], float]) -> str:
    lines, line = [], ""
    for piece in pieces(text):
        if line and measure((line + piece).rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return "\n".join([*lines, line.rstrip()])
