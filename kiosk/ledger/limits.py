"""How many pieces of a good a household may redeem in a period, and when a period begins; reads no tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal, NamedTuple, get_args

Period = Literal["day", "week", "month", "quarter", "year"]
PERIODS: tuple[Period, ...] = get_args(Period)
MOST_MEMBERS = 30  # counted towards a limit by member; more is a slip of the finger
_MONTHS_A_QUARTER = 3
_CAP = re.compile(rf"({'|'.join(PERIODS)})([=*])([0-9]{{1,9}})")


class Cap(NamedTuple):
    """At most `pieces` of a good in a period for a household, or for each of its members."""

    period: Period
    pieces: int
    each: bool


def caps_text(most: Mapping[str, int], most_each: Mapping[str, int]) -> str:
    """Caps by period as one text, "week=2 month*1": for a household, and for each member; 0 is no cap."""
    named = [
        f"{period}{sign}{caps[period]}"
        for sign, caps in (("=", most), ("*", most_each))
        for period in PERIODS
        if caps.get(period)
    ]
    return " ".join(named)


def caps_of(a_month: int, text: str) -> tuple[Cap, ...]:
    """The caps of a good: pieces a household may have a month, 0 for no limit, and those of `caps_text`."""
    month = (Cap("month", a_month, each=False),) if a_month else ()
    found = (_CAP.fullmatch(part) for part in text.split())
    return (*month, *(Cap(one[1], int(one[3]), one[2] == "*") for one in found if one))  # type: ignore[arg-type]


def allowed(cap: Cap, members: int) -> int:
    """Pieces that a household of so many members may have in the period of `cap`."""
    return cap.pieces * (max(1, min(members, MOST_MEMBERS)) if cap.each else 1)


def first_day(period: Period, day: str) -> str:
    """The first business day of the period that `day` lies in; weeks begin on Monday (GB/T 7408.1)."""
    at = date.fromisoformat(day)
    if period == "day":
        return day
    if period == "week":
        return (at - timedelta(days=at.weekday())).isoformat()
    if period == "month":
        return at.replace(day=1).isoformat()
    if period == "quarter":
        return at.replace(month=at.month - (at.month - 1) % _MONTHS_A_QUARTER, day=1).isoformat()
    return at.replace(month=1, day=1).isoformat()
