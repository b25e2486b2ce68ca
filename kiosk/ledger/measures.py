"""Pure rules of borrowing, saving and ending points; not who may do it, not where it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from kiosk.ledger.points import NEVER, Bucket

CALENDAR_YEAR, YEARS, DAYS, NEVER_END = "calendar-year", "years", "days", "never"
MONTHS_COUNTED = 12  # the running month and the eleven before it


class Closing(NamedTuple):
    """What becomes of one household's ended points."""

    taken: tuple[Bucket, ...]
    saved: int  # tenths that go to the saved pot
    expired: int


def last_day(day: str, mode: str, last_days: int, last_years: int) -> str:
    """The last day on which points earned on `day` count; `NEVER` when they don't end."""
    earned = date.fromisoformat(day)
    if mode == CALENDAR_YEAR:
        return earned.replace(month=12, day=31).isoformat()
    if mode == YEARS:
        year = earned.year + last_years
        leap = earned.month == 2 and earned.day == 29 and not _is_leap(year)
        return date(year, earned.month, 28 if leap else earned.day).isoformat()
    if mode == DAYS and last_days:
        return (earned + timedelta(days=last_days)).isoformat()
    return NEVER


def loan_limit(earned_tenths: int, most_tenths: int, percent: int) -> int:
    """The most a household may borrow: a fixed number and a share of what it earned, whichever is less."""
    return max(0, min(most_tenths, earned_tenths * percent // 100))


def borrowed_last_day(usual: str, due: str) -> str:
    """Borrowed points end as points earned that day would, but never before the loan is due."""
    return usual if usual == NEVER else max(usual, due)


def first_month(day: str) -> str:
    """The first of the `MONTHS_COUNTED` months that count as "the last twelve months" on `day`."""
    year, month = int(day[:4]), int(day[5:7])
    months = year * 12 + month - 1 - (MONTHS_COUNTED - 1)
    return f"{months // 12:04d}-{months % 12 + 1:02d}"


def loan_left(left_tenths: int, owed_after_tenths: int, kind: str, body: Mapping[str, Any]) -> int:
    """What is left of an open loan after an entry of `kind`.

    Whatever is repaid, by earning or from available, repays the loan before other debts. The reversal of a
    deduction takes back the debt that it made and touches the loan only where no other debt is left.
    """
    if kind == "earn":
        return max(0, left_tenths - int(body["repaid"]))
    if kind == "repay":
        return max(0, left_tenths - int(body["amount"]))
    return min(left_tenths, owed_after_tenths)


def ended(buckets: Iterable[Bucket], through: str) -> tuple[Bucket, ...]:
    """The points whose last day is `through` or lies before it, soonest first."""
    return tuple(
        sorted((day, tenths) for day, tenths in buckets if day != NEVER and day <= through and tenths)
    )


def close(buckets: Iterable[Bucket], through: str, saved_tenths: int, cap_tenths: int) -> Closing:
    """Ended points go to the saved pot up to its cap; the rest expires."""
    taken = ended(buckets, through)
    amount = sum(tenths for _, tenths in taken)
    saved = min(amount, max(0, cap_tenths - saved_tenths))
    return Closing(taken, saved, amount - saved)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
