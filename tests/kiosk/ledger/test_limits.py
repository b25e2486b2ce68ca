"""Caps by period: one text in the books, first days of periods, members counted."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.limits import PERIODS, Cap, allowed, caps_of, caps_text, first_day

caps = st.dictionaries(st.sampled_from(PERIODS), st.integers(0, 10**9 - 1))


@given(caps, caps)
def test_the_text_says_what_was_put_in(most: dict[str, int], most_each: dict[str, int]) -> None:
    found = caps_of(0, caps_text(most, most_each))
    assert {one.period: one.pieces for one in found if not one.each} == {k: v for k, v in most.items() if v}
    assert {one.period: one.pieces for one in found if one.each} == {k: v for k, v in most_each.items() if v}


def test_what_a_month_was_before_and_what_nobody_knows() -> None:
    assert caps_of(2, "") == (Cap("month", 2, each=False),)
    assert caps_of(0, "decade=3 week=0x1 week=4") == (Cap("week", 4, each=False),)


@pytest.mark.parametrize(
    ("period", "day", "first"),
    [
        ("day", "2026-11-25", "2026-11-25"),
        ("week", "2026-11-25", "2026-11-23"),
        ("week", "2027-01-01", "2026-12-28"),
        ("month", "2026-11-25", "2026-11-01"),
        ("quarter", "2026-11-25", "2026-10-01"),
        ("quarter", "2026-03-31", "2026-01-01"),
        ("year", "2026-11-25", "2026-01-01"),
    ],
)
def test_first_days(period: str, day: str, first: str) -> None:
    assert first_day(period, day) == first  # type: ignore[arg-type]


@given(st.sampled_from(PERIODS), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_period_holds_its_days(period: str, day: date) -> None:
    first = first_day(period, day.isoformat())  # type: ignore[arg-type]
    assert first <= day.isoformat()
    assert first_day(period, first) == first  # type: ignore[arg-type]


def test_members_count_up_to_a_bound() -> None:
    each = Cap("month", 2, each=True)
    assert [allowed(each, members) for members in (0, 1, 4, 10**6)] == [2, 2, 8, 60]
    assert allowed(Cap("month", 2, each=False), 4) == 2
