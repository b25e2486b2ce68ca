"""What scores lead to: ranks, coverage, who meets the rule of a list; pure, reads no tables."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

COVERAGE_WANTED_PERCENT = 80  # below it a place cannot be a civil village
PART_PER = 10_000

_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_YEAR = re.compile(r"[0-9]{4}")


class Score(NamedTuple):
    """What one household did in a period."""

    household: str
    earned: int  # tenths
    deducted: int
    months: int  # in which it earned anything

    @property
    def honour(self) -> int:
        """The honour score of the period: earned less deducted."""
        return self.earned - self.deducted


class Ranked(NamedTuple):
    """A place on the board; equal scores share a place."""

    place: int
    score: Score


class Coverage(NamedTuple):
    """How many households took part, of how many."""

    taking_part: int
    households: int

    @property
    def percent(self) -> int:
        """Rounded down: 79.9 % is not 80 %."""
        return self.taking_part * 100 // self.households if self.households else 0


class Wanted(NamedTuple):
    """The rule of a list; what is 0, empty or False asks nothing."""

    honour: int = 0  # tenths
    top_percent: int = 0
    months: int = 0
    no_deduction: bool = False
    honours: tuple[str, ...] = ()


def months_of(period: str) -> tuple[str, str]:
    """First and last month of "2026-11", "2026-Q4" or "2026". Raises `ValueError` on anything else."""
    if _MONTH.fullmatch(period):
        return period, period
    if found := _QUARTER.fullmatch(period):
        first = int(found[2]) * 3 - 2
        return f"{found[1]}-{first:02}", f"{found[1]}-{first + 2:02}"
    if _YEAR.fullmatch(period):
        return f"{period}-01", f"{period}-12"
    raise ValueError(period)


def ranked(scores: Iterable[Score]) -> tuple[Ranked, ...]:
    """Best first; a household without a positive score has no place."""
    ordered = sorted((one for one in scores if one.honour > 0), key=lambda one: (-one.honour, one.household))
    places: list[Ranked] = []
    for at, one in enumerate(ordered, 1):
        same = places and places[-1].score.honour == one.honour
        places.append(Ranked(places[-1].place if same else at, one))
    return tuple(places)


def meeting(
    wanted: Wanted, board: Sequence[Ranked], households: int, honours: dict[str, Collection[str]]
) -> tuple[Ranked, ...]:
    """Those of `board` who meet every part of the rule; `honours` are held, by household."""
    top = households * wanted.top_percent // 100 if wanted.top_percent else households
    return tuple(
        one
        for one in board
        if one.score.honour >= wanted.honour
        and one.place <= top
        and one.score.months >= wanted.months
        and not (wanted.no_deduction and one.score.deducted > 0)
        and (not wanted.honours or set(wanted.honours) & set(honours.get(one.score.household, ())))
    )


def coverage(scores: Iterable[Score], households: int) -> Coverage:
    """Households that earned anything, of all that are at home here."""
    return Coverage(sum(1 for one in scores if one.earned > 0), households)


def shares(board: Sequence[Ranked]) -> dict[str, int]:
    """Each household's share of the honour score of all, in ten-thousandths that sum to exactly 10,000.

    The rests go to the largest remainders (Hamilton's method). A reference for a collective's own decision,
    nothing more.
    """
    total = sum(one.score.honour for one in board)
    if not total:
        return {}
    whole = {one.score.household: one.score.honour * PART_PER // total for one in board}
    rests = sorted(
        board, key=lambda one: (-(one.score.honour * PART_PER % total), one.place, one.score.household)
    )
    for one in rests[: PART_PER - sum(whole.values())]:
        whole[one.score.household] += 1
    return whole
