"""What time it is, as this machine believes; decides nothing."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Where services get the time from."""

    def now_ms(self) -> int:
        """Wall clock, Unix milliseconds."""

    def today(self) -> str:
        """The calendar day of the wall clock here."""


class WallClock:
    """This machine's own clock and time zone."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def today(self) -> str:
        return datetime.now().astimezone().date().isoformat()


class TrainingClock:
    """A chosen day with the real time of day; only for demo and training databases."""

    def __init__(self, day: str) -> None:
        self._day = date.fromisoformat(day)

    def now_ms(self) -> int:
        now = datetime.now().astimezone()
        return int(
            now.replace(year=self._day.year, month=self._day.month, day=self._day.day).timestamp() * 1000
        )

    def today(self) -> str:
        return self._day.isoformat()


def is_day(text: str) -> bool:
    """Whether `text` is a calendar day in the one form we write: 2026-11-23."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def day_after(day: str, days: int) -> str:
    """The day `days` later (or earlier, when negative)."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def days_between(earlier: str, later: str) -> int:
    """Days from `earlier` to `later`, negative when it lies before."""
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
