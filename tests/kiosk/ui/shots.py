"""The one list of what `make screens` takes: which walks, in which windows, and each walk's worst cases."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from kiosk.ui.theme import TEXT_SIZES, TextSize, Theme, ThemeName

WALKS = ("resident", "desk", "tasks")  # a resident's pages and redeeming; the manager's desk; tasks of staff
CASES = {
    "": "as people see it on a usual day",
    "longest": "the longest names of people, goods and places, the line down, the largest text of the window",
}

DIMENSIONS: Mapping[str, tuple[str, ...]] = {
    "size": ("1280x800", "1024x600", "1920x1080", "1080x1920"),
    "locale": ("zh-CN", "en"),
    "theme": get_args(ThemeName),
    "text_size": TEXT_SIZES,
}
Window = tuple[str, str, str, str]  # one value of each dimension, in their order

# Where the longest words have least room.
WORST: tuple[Window, ...] = (
    ("1024x600", "en", "light", "large"),
    ("1280x800", "zh-CN", "contrast", "largest"),
    ("1280x800", "en", "light", "largest"),
    ("1080x1920", "zh-CN", "dark", "largest"),
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One walk through one window; `settings` are further ones of the screen, as `camera_place`."""

    walk: str
    size: str
    locale: str
    theme: ThemeName
    text_size: TextSize
    case: str = ""
    settings: tuple[tuple[str, str], ...] = field(default=())

    @property
    def window(self) -> tuple[int, int]:
        """Width and height, px."""
        width, height = map(int, self.size.split("x"))
        return width, height

    @property
    def look(self) -> str:
        """All but the walk, as people read it."""
        said = (self.size, self.locale, self.theme, self.text_size, self.case)
        return " ".join((*(one for one in said if one), *(f"{key}={value}" for key, value in self.settings)))

    @property
    def tag(self) -> str:
        """The same with the walk, as part of a file's name."""
        return f"{self.walk}-{self.look.replace(' ', '-')}"


def shots(wanted: Mapping[str, str], walks: Sequence[str] = WALKS) -> list[Shot]:
    """The list, narrowed: `wanted` gives values of dimensions, separated by blanks, and maybe one case;
    its other keys are settings of every window. What is wanted together and not in the list gets a window."""
    only = {name: tuple(wanted.get(name, "").split()) or known for name, known in DIMENSIONS.items()}
    more = tuple((key, value) for key, value in wanted.items() if key not in (*DIMENSIONS, "case"))
    possible = windows(only)
    usual = [one for one in pairwise(windows()) if one in possible] or possible[:1]
    worst = [one for one in WORST if one in possible] or possible[-1:] * (wanted.get("case") == "longest")
    return [
        Shot(walk, *window, case=case, settings=more)  # type: ignore[arg-type]
        for case, some in (("", usual), ("longest", worst))
        if wanted.get("case", case) == case
        for window in some
        for walk in walks
    ]


def windows(values: Mapping[str, Iterable[str]] = DIMENSIONS) -> list[Window]:
    """Every combination that the program itself offers: a text size has to fit its window."""
    size, locale, theme, text_size = (values[name] for name in DIMENSIONS)
    return [one for one in itertools.product(size, locale, theme, text_size) if _offered(*one)]


def _offered(size: str, _locale: str, _theme: str, text_size: str) -> bool:
    width, height = map(int, size.split("x"))
    return text_size in Theme(width, height).sizes


def pairs(window: Window) -> set[tuple[tuple[int, str], ...]]:
    """The pairs of values of two dimensions that occur in it."""
    return set(itertools.combinations(enumerate(window), 2))


def pairwise(possible: Sequence[Window]) -> list[Window]:
    """Some of these windows, so that every pair of values that occurs in any of them occurs in one of these.

    Greedy, and the same every time: always the one that brings most pairs that are still missing.
    """
    missing = set().union(*map(pairs, possible))
    chosen = []
    while missing:
        chosen.append(max(possible, key=lambda one: len(pairs(one) & missing)))
        missing -= pairs(chosen[-1])
    return chosen
