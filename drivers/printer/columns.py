"""Text in the character cells of a slip printer: widths, cutting, wrapping, lines that line up; no commands.

A cell is 12 dots. A character is as wide as its GB18030 code has bytes (1 or 2), which is not its Unicode
width: — “ ” ℃ × ① · take two cells on such a printer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from drivers.printer.document import Column, Document, Feed, Row, Rule, Text

CACHED_CHARACTERS = 4096  # slips of a county use about two thousand
# What nearly every slip is made of: printable, composed, one or two bytes in GB18030, in every GBK font.
# All else is looked at character by character.
_PLAIN = re.compile("[ -~\u3000-\u3003\u3008-\u3011\u4e00-\u9fa5\uff01-\uff5e—“”…·×]*")
_NO_LINE_START = frozenset("，。、；：？！）》」』】〉”’％℃,.;:?!)]}%")
_NO_LINE_END = frozenset("（《「『【〈“‘([{￥$")


class Line(NamedTuple):
    """One printed line, ready laid out; `text` is at most the paper's width (half of it when big)."""

    text: str
    bold: bool = False
    big: bool = False


def is_plain(text: str) -> bool:
    """Whether there is nothing to clean in `text`, and any font of the GBK set or larger has all of it."""
    return _PLAIN.fullmatch(text) is not None


def clean(text: str) -> str:
    """The text without control characters and invisible marks: nothing in it can be a printer command."""
    if is_plain(text):
        return text
    return "".join(map(_visible, unicodedata.normalize("NFC", text)))


@lru_cache(maxsize=CACHED_CHARACTERS)
def char_width(ch: str) -> int:
    """Cells one character takes: 1 or 2."""
    size = len(ch.encode("gb18030", "replace"))
    if size <= 2:
        return size
    return 2 if unicodedata.east_asian_width(ch) in "WFA" else 1


def width(text: str) -> int:
    """Cells a cleaned text takes."""
    return len(text.encode("gb18030")) if is_plain(text) else sum(map(char_width, text))


def cut(text: str, cells: int) -> str:
    """As much from the start of `text` as fits, never half a character."""
    used = 0
    for index, ch in enumerate(text):
        used += char_width(ch)
        if used > cells:
            return text[:index]
    return text


def pad(text: str, cells: int, align: str = "left") -> str:
    """Exactly `cells` wide: cut where too long, filled with spaces where too short."""
    text = cut(text, cells)
    room = cells - width(text)
    if align == "right":
        return " " * room + text
    if align == "center":
        return " " * (room // 2) + text + " " * (room - room // 2)
    return text + " " * room


def wrap(text: str, cells: int) -> list[str]:
    """Lines of at most `cells`; words and numbers stay whole where they fit, no line begins with ， or ）."""
    assert cells >= 2, "a line must hold one Chinese character"
    whole = text.rstrip(" ")
    if width(whole) <= cells:
        return [whole]
    lines: list[str] = []
    line = ""
    for chunk in _chunks(text):
        if width(line + chunk.rstrip(" ")) <= cells:
            line += chunk
            continue
        if line.strip(" "):
            lines.append(line.rstrip(" "))
        line = chunk.lstrip(" ")
        while width(line) > cells:
            head = cut(line, cells)
            lines.append(head)
            line = line[len(head) :]
    if line.rstrip(" "):
        lines.append(line.rstrip(" "))
    return lines


def two_ends(left: str, right: str, cells: int) -> list[str]:
    """`left` and `right` at the two edges of one line; of two lines where one is too short for both."""
    room = cells - width(left) - width(right)
    if room >= 1 or not right:
        return [left + " " * room + right] if right else wrap(left, cells)
    return [*wrap(left, cells), *(pad(piece, cells, "right") for piece in wrap(right, cells))]


def table_row(cells: Sequence[str], columns: Sequence[Column], paper: int) -> list[str]:
    """One row of a table on `paper` cells.

    Right-aligned cells end at the same place in every row with these columns. A cell that is too long takes
    room from its left neighbour; where that is not enough, the row becomes two: words above, numbers below.
    """
    assert len(cells) == len(columns), "a row has as many cells as columns"
    edges = _edges(columns, paper)
    whole = _one_line(cells, columns, edges)
    if whole is not None:
        return [whole]
    words = " ".join(text for text, column in zip(cells, columns, strict=True) if column.align == "left")
    numbers = [text if column.align == "right" else "" for text, column in zip(cells, columns, strict=True)]
    below = _one_line(numbers, columns, edges)
    if below is None:  # numbers too long for their columns: keep them readable, give up the columns
        below = pad(cut(" ".join(text for text in numbers if text), paper), paper, "right")
    return [*wrap(words, paper), below]


def layout(part: Text | Row | Rule | Feed, paper: int) -> list[Line]:
    """The printed lines of one part on paper of `paper` cells; trailing spaces are left away."""
    match part:
        case Text(text, right, align, bold, big):
            cells = paper // 2 if big else paper
            pieces = two_ends(clean(text), clean(right), cells)
            if align != "left" and not right:
                pieces = [pad(piece, cells, align) for piece in pieces]
            return [Line(piece.rstrip(" "), bold, big) for piece in pieces]
        case Row(cells, columns, bold):
            pieces = table_row([clean(cell) for cell in cells], columns, paper)
            return [Line(piece.rstrip(" "), bold) for piece in pieces]
        case Rule(char):
            return [Line((clean(char) or "-") * (paper // max(1, width(clean(char)))))]
        case Feed(lines):
            return [Line("")] * max(0, lines)


def text_lines(document: Document, paper: int) -> list[str]:
    """The document as plain lines, codes left out: for tests and for people without a printer."""
    parts = (part for part in document if isinstance(part, Text | Row | Rule | Feed))
    return [line.text for part in parts for line in layout(part, paper)]


@lru_cache(maxsize=CACHED_CHARACTERS)
def _visible(ch: str) -> str:
    category = unicodedata.category(ch)
    if ch in "\t\n\r" or (category in ("Zs", "Zl", "Zp") and ch != "\u3000"):
        return " "
    if category in ("Cc", "Cf", "Cs", "Mn", "Me"):
        return ""
    return ch


def _chunks(text: str) -> Iterator[str]:
    """Pieces a line may not break inside: runs of ASCII, and characters with the marks bound to them."""
    chunk = ""
    for ch in text:
        glued = chunk != "" and (
            ch in _NO_LINE_START
            or chunk[-1] in _NO_LINE_END
            or (chunk[-1].isascii() and ch.isascii() and chunk[-1] != " ")
        )
        if chunk and not glued:
            yield chunk
            chunk = ""
        chunk += ch
    if chunk:
        yield chunk


def _edges(columns: Sequence[Column], paper: int) -> list[tuple[int, int]]:
    """(first cell, one past the last cell) of each column; narrow paper gets narrow gaps."""
    fixed = sum(column.width for column in columns)
    gap = 2 if paper - fixed - 2 * (len(columns) - 1) >= 16 else 1
    rest = paper - fixed - gap * (len(columns) - 1)
    assert rest >= 2, "the columns do not fit on this paper"
    edges = []
    start = 0
    for column in columns:
        end = start + (column.width or rest)
        edges.append((start, end))
        start = end + gap
    return edges


def _one_line(
    cells: Sequence[str], columns: Sequence[Column], edges: Sequence[tuple[int, int]]
) -> str | None:
    line = ""
    for text, column, (start, end) in zip(cells, columns, edges, strict=True):
        if not text:
            continue
        at = start if column.align == "left" else end - width(text)
        gap = 1 if line else 0
        if at < width(line) + gap:
            return None
        line += " " * (at - width(line)) + text
    return line if width(line) <= edges[-1][1] else None
