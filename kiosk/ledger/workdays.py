"""Working days by a yearly holiday calendar (调休): pure; where the calendar comes from is not here."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

SATURDAY = 5
MOST_WORKING_DAYS = 366  # what may be counted on; more is a slip of the finger


class Calendar(NamedTuple):
    """What differs from plain weeks. A year that is not in `years` counts weekends only."""

    rest: frozenset[str]  # days off that no weekend gives, or gives too
    work: frozenset[str]  # Saturdays and Sundays that are worked
    years: frozenset[int]  # the years that are known


WEEKENDS_ONLY = Calendar(frozenset(), frozenset(), frozenset())


def is_working(day: str, calendar: Calendar) -> bool:
    """Whether people work on `day`."""
    if day in calendar.work:
        return True
    return day not in calendar.rest and date.fromisoformat(day).weekday() < SATURDAY


def next_working(day: str, calendar: Calendar) -> str:
    """The first working day behind `day`."""
    return add_working(day, 1, calendar)


def add_working(day: str, count: int, calendar: Calendar) -> str:
    """The `count`-th working day behind `day`; `day` itself for none. So many days does a notice hang that
    is published on `day`, and so many has an answer to what came on `day`: the day itself never counts."""
    assert 0 <= count <= MOST_WORKING_DAYS, "no such number of working days"
    found = date.fromisoformat(day)
    while count:
        found += timedelta(days=1)
        count -= is_working(found.isoformat(), calendar)
    return found.isoformat()


def working_between(earlier: str, later: str, calendar: Calendar) -> int:
    """How many working days lie behind `earlier`, up to and with `later`; 0 where `later` is not later."""
    found, end, count = date.fromisoformat(earlier), date.fromisoformat(later), 0
    while found < end:
        found += timedelta(days=1)
        count += is_working(found.isoformat(), calendar)
    return count
