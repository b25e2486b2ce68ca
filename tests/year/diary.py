"""Reads `diary.txt`: the twenty households, what they and the staff do day by day, and what is left."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("diary.txt")


class Person(NamedTuple):
    """A household of the diary."""

    id: str
    key: str
    head: str
    members: int
    opening_tenths: int


class Line(NamedTuple):
    """Who does what on which day."""

    day: str
    who: str
    verb: str
    words: tuple[str, ...]
    at: str  # where it is written down


class Left(NamedTuple):
    """What a household has on an evening, as the diary says beforehand; tenths."""

    available: int
    saved: int
    held: int
    owed: int


class Diary(NamedTuple):
    """Everything that is written down."""

    people: tuple[Person, ...]
    lines: tuple[Line, ...]
    left: dict[str, dict[str, Left]]  # evening → household → what it has


def two(line: Line) -> tuple[str, str]:
    """Who does it and who is beside."""
    first, second = line.who.split("+")
    return first, second


def tenths(text: str) -> int:
    """Points as people write them."""
    whole, _, part = text.partition(".")
    assert len(part) <= 1, f"{text}: finer than a tenth"
    return int(whole) * 10 + int(part or 0)


@cache
def read() -> Diary:
    """The diary as it stands in the file."""
    people: list[Person] = []
    lines: list[Line] = []
    left: dict[str, dict[str, Left]] = {}
    ids: dict[str, str] = {}
    section = ""
    for number, text in enumerate(FILE.read_text("utf-8").splitlines(), 1):
        words = text.partition("#")[0].split()
        if not words:
            continue
        if words[0] == "==":
            section = words[-1]
            if words[1] == "left":
                left[section] = {}
        elif section == "people":
            number_, key, head, members, points = words
            people.append(Person(number_, key, head, int(members), tenths(points)))
            ids[key] = number_
        elif section in left:
            key, *figures = words
            left[section][ids[key]] = Left(*map(tenths, figures))
        else:
            day, who, verb, *rest = words
            shown = tuple(ids.get(word, word) for word in rest)
            line = Line(f"{section}-{day}", ids.get(who, who), verb, shown, f"{FILE.name}:{number}")
            lines.append(line)
    return Diary(tuple(people), tuple(lines), left)
