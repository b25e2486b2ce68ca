"""Breaks lines where Chinese is broken: not inside a number or a word, not before 。 or after “."""

from __future__ import annotations

import re
from collections.abc import Callable

_NOT_FIRST = "，。！？；：、）》」』”’％·…—～,.!?;:)%›"
_STOPS, _PAUSES, _CLOSING = "。！？；.!?;", "，：,:", "”’）)"
_NOT_LAST = "（《「『“‘("
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
# A number stays with the one character that counts it, and with the × before it: 12月, 9.5 分, × 2 块.
_UNITS = re.compile(
    rf"[{_NOT_LAST}]*(?:(?:×\s?)?[+−-]?\d[\d.,:/-]*\s?(?:[{_WIDE}](?<![{_NOT_FIRST}{_NOT_LAST}]))?|[^\s{_WIDE}{_NOT_FIRST}{_NOT_LAST}]+|.)"
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
    whole = width(text, measure)
    room -= 1
    if whole <= room:
        return text
    measured = [(piece, width(piece, measure), width(piece.rstrip(), measure)) for piece in pieces(text)]
    lines = _fill(measured, room)
    if len(lines) == 2 and (parted := _at_a_stop(measured, whole, room)):
        return parted
    low, high = whole / (len(lines) + 1), room
    for _ in range(6):  # the narrowest room that needs no more lines
        middle = (low + high) / 2
        if len(_fill(measured, middle)) > len(lines):
            low = middle
        else:
            high = middle
    return "\n".join(_fill(measured, high))


def width(text: str, measure: Callable[[str], float]) -> float:
    """How wide `text` is on one line."""
    # As Kivy does when it lays out lines: word by word, each rounded up.
    words = text.split(" ")
    if len(words) == 1:
        return measure(text)
    return sum(measure(word) for word in words if word) + (len(words) - 1) * measure(" ")


def _at_a_stop(measured: list[tuple[str, float, float]], whole: float, room: float) -> str:
    """Two lines that part where a sentence or a clause ends, if both fit and neither is a crumb; else ""."""
    best, best_rank = "", (False, 0.0)  # rather after a sentence than after a clause, rather in the middle
    used = 0.0
    for at, (piece, wide, _) in enumerate(measured[:-1], 1):
        used += wide
        last = piece.rstrip().rstrip(_CLOSING)[-1:]
        stop = bool(last) and last in _STOPS
        least = 0.2 if stop else 0.36 if last and last in _PAUSES else 1.0
        share = min(used, whole - used) / whole
        if share >= least and (stop, share) > best_rank and max(used, whole - used) <= room:
            first, second = ("".join(p for p, _, _ in part) for part in (measured[:at], measured[at:]))
            best, best_rank = f"{first.rstrip()}\n{second.rstrip()}", (stop, share)
    return best


def _fill(measured: list[tuple[str, float, float]], room: float) -> list[str]:
    lines, line, used = [], "", 0.0
    for piece, wide, bare in measured:
        if line and used + bare > room:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line += piece
        used += wide
    return [*lines, line.rstrip()]
