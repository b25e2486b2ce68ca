"""TOML files that people write: their tables, and on which line each key stands; knows no form of theirs."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

MOST_BYTES = 2_000_000

_HEADING = re.compile(r"\s*\[\[\s*([A-Za-z0-9_-]+)\s*\]\]\s*(#.*)?$")
_KEY = re.compile(r"""\s*["']?([A-Za-z0-9_-]+)["']?\s*=""")
_AT = re.compile(r" \(at line (\d+), column (\d+)\)| \(at end of document\)")
_QUOTES = ('"""', "'''", '"', "'")


class UnreadableError(Exception):
    """The file can't be read as TOML; `line` is 0 where the trouble has no line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line
        self.text = text


class Item(NamedTuple):
    """One `[[name]]` table: its values, the line of its heading, and the lines of its keys."""

    name: str
    values: dict[str, Any]
    line: int
    lines: dict[str, int]

    def line_of(self, key: str) -> int:
        """Where `key` stands; the heading's line for one that is missing."""
        return self.lines.get(key, self.line)


class File(NamedTuple):
    """A file of `[[name]]` tables with plain keys before the first."""

    head: Item
    items: tuple[Item, ...]


def read(path: Path) -> File:
    """The tables of the file at `path`, in order. Raises `UnreadableError`; `OSError` where there is none.

    Tables of other forms than `[[name]]` at the top are passed over.
    """
    data = path.read_bytes()
    if len(data) > MOST_BYTES:
        raise UnreadableError(0, f"more than {MOST_BYTES // 1_000_000} MB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(data[: error.start].count(b"\n") + 1, "not UTF-8") from None
    return parse(text)


def parse(text: str) -> File:
    """`read` for the text of a file."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        raise UnreadableError(line, _AT.sub("", str(error))) from None
    places = list(_places(text))
    plain = {key: value for key, value in values.items() if not _is_tables(value)}
    head = Item("", plain, 1, dict(places.pop(0)[2]))
    left = {key: list(value) for key, value in values.items() if _is_tables(value)}
    items = [Item(name, left[name].pop(0), line, lines) for name, line, lines in places if left.get(name)]
    return File(head, tuple(items))


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _places(text: str) -> Iterator[tuple[str, int, dict[str, int]]]:
    """(name, line, lines of its keys) of what stands before the first `[[name]]` and of each of them."""
    name, line, lines = "", 1, dict[str, int]()
    for number, content in starts(text):
        if heading := _HEADING.match(content):
            yield name, line, lines
            name, line, lines = heading[1], number, {}
        elif key := _KEY.match(content):
            lines.setdefault(key[1], number)
    yield name, line, lines


def starts(text: str) -> Iterator[tuple[int, str]]:
    """The lines on which something begins, with their numbers: none inside a string, a list or a table."""
    open_quote, depth = "", 0
    for number, content in enumerate(text.split("\n"), 1):
        if not open_quote and not depth:
            yield number, content
        open_quote, depth = _after(content, open_quote, 0 if _HEADING.match(content) and not depth else depth)


def _after(content: str, open_quote: str, depth: int) -> tuple[str, int]:
    """Which quote and how many brackets are open behind a line."""
    at = 0
    while at < len(content):
        if open_quote:
            if content[at] == "\\" and open_quote.startswith('"'):
                at += 2
                continue
            if content.startswith(open_quote, at):
                at, open_quote = at + len(open_quote), ""
                continue
        elif content[at] == "#":
            break
        elif quote := next((one for one in _QUOTES if content.startswith(one, at)), ""):
            at, open_quote = at + len(quote), quote
            continue
        else:
            depth += (content[at] in "[{") - (content[at] in "]}")
        at += 1
    return ("" if len(open_quote) == 1 else open_quote), max(0, depth)
