"""Borrowing, saving, ending: limits, last days, what is left of a loan, where ended points go."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger import measures, points
from kiosk.ledger.points import AVAILABLE, EXPIRED, OWED, SAVED, Posting, honour_change
from kiosk.ledger.postings import postings

HH = "0370217"
amounts = st.integers(1, 5_000)
days = st.one_of(st.just(points.NEVER), st.dates().map(str))
buckets = st.dictionaries(days, st.integers(0, 5_000), max_size=6).map(lambda found: list(found.items()))


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A well-formed body of each of the five kinds."""
    kind = draw(st.sampled_from(["borrow", "repay", "save", "unsave", "expire"]))
    held = draw(buckets)
    parts = [list(part) for part in held]
    moved = sum(tenths for _, tenths in held)
    if kind in ("borrow", "unsave"):
        return kind, {"hh": HH, "amount": draw(amounts), "expires": draw(days)}
    if kind == "expire":
        saved = draw(st.integers(0, moved))
        return kind, {"hh": HH, "from": parts, "saved": saved, "expired": moved - saved}
    return kind, {"hh": HH, "amount": moved, "from": parts}


@given(bodies())
def test_postings_sum_to_zero_and_honour_stays(made: tuple[str, dict[str, Any]]) -> None:
    moved = postings(*made)
    assert sum(posting.tenths for posting in moved) == 0
    assert all(posting.tenths for posting in moved)
    assert honour_change(*made) == 0


@given(bodies(), st.integers(1, 50))
def test_an_unbalanced_body_is_refused(made: tuple[str, dict[str, Any]], wrong: int) -> None:
    kind, body = made
    name = {"repay": "amount", "save": "amount", "expire": "expired"}.get(kind)
    if name is None:
        return  # `borrow` and `unsave` name their amount once
    with pytest.raises(ValueError, match="zero"):
        postings(kind, {**body, name: body[name] + wrong})


def test_where_points_go() -> None:
    end = "2026-12-31"
    assert postings("borrow", {"hh": HH, "amount": 50, "expires": end}) == (
        Posting(HH, AVAILABLE, end, 50),
        Posting(HH, OWED, "", -50),
    )
    assert postings("repay", {"hh": HH, "amount": 50, "from": [[end, 30], ["", 20]]}) == (
        Posting(HH, AVAILABLE, end, -30),
        Posting(HH, AVAILABLE, "", -20),
        Posting(HH, OWED, "", 50),
    )
    assert postings("save", {"hh": HH, "amount": 30, "from": [[end, 30]]}) == (
        Posting(HH, AVAILABLE, end, -30),
        Posting(HH, SAVED, "", 30),
    )
    assert postings("unsave", {"hh": HH, "amount": 30, "expires": end}) == (
        Posting(HH, SAVED, "", -30),
        Posting(HH, AVAILABLE, end, 30),
    )
    assert postings("expire", {"hh": HH, "from": [[end, 30]], "saved": 10, "expired": 20}) == (
        Posting(HH, AVAILABLE, end, -30),
        Posting(HH, SAVED, "", 10),
        Posting(HH, EXPIRED, "", 20),
    )


@pytest.mark.parametrize("kind", ["borrow", "repay", "save", "unsave", "expire"])
def test_a_body_of_another_form_raises_what_is_promised(kind: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        postings(kind, {"hh": HH})


@pytest.mark.parametrize(
    ("day", "mode", "expected"),
    [
        ("2026-11-23", "days", "2027-11-23"),
        ("2026-11-23", "calendar-year", "2026-12-31"),
        ("2026-12-31", "calendar-year", "2026-12-31"),
        ("2026-11-23", "years", "2029-11-23"),
        ("2028-02-29", "years", "2031-02-28"),
        ("2026-11-23", "never", ""),
    ],
)
def test_last_days(day: str, mode: str, expected: str) -> None:
    assert measures.last_day(day, mode, 365, 3) == expected
    assert measures.last_day(day, "days", 0, 3) == points.NEVER
    assert measures.last_day("2028-02-29", "years", 365, 4) == "2032-02-29"


def test_the_limit_is_whichever_is_less() -> None:
    assert measures.loan_limit(300, 200, 30) == 90
    assert measures.loan_limit(10_000, 200, 30) == 200
    assert measures.loan_limit(3, 200, 30) == 0
    assert measures.loan_limit(-50, 200, 30) == 0


def test_the_last_twelve_months() -> None:
    assert measures.first_month("2026-11-23") == "2025-12"
    assert measures.first_month("2026-12-01") == "2026-01"
    assert measures.first_month("2026-01-31") == "2025-02"


def test_borrowed_points_do_not_end_before_the_loan_is_due() -> None:
    assert measures.borrowed_last_day("2026-12-31", "2027-02-21") == "2027-02-21"
    assert measures.borrowed_last_day("2027-11-23", "2027-02-21") == "2027-11-23"
    assert measures.borrowed_last_day("", "2027-02-21") == ""


@given(amounts, st.integers(0, 500), st.data())
def test_a_loan_is_never_more_than_what_is_owed(left: int, debts: int, data: st.DataObject) -> None:
    owed = left + debts
    repaid = data.draw(st.integers(1, owed))
    kind = data.draw(st.sampled_from(["earn", "repay", "reverse"]))
    if kind == "reverse":
        repaid = min(repaid, max(1, debts))
    after = measures.loan_left(left, owed - repaid, kind, {"repaid": repaid, "amount": repaid})
    assert 0 <= after <= left
    assert after <= owed - repaid
    if kind == "reverse" and debts >= repaid:
        assert after == left
    elif kind != "reverse":
        assert after == max(0, left - repaid)


@given(buckets, st.dates().map(str), st.integers(0, 3_000), st.integers(0, 3_000))
def test_ended_points_go_to_the_saved_pot_up_to_its_cap(
    held: list[tuple[str, int]], through: str, saved: int, cap: int
) -> None:
    done = measures.close(held, through, saved, cap)
    assert done.saved + done.expired == sum(tenths for _, tenths in done.taken)
    assert done.saved >= 0
    assert done.expired >= 0
    assert saved + done.saved <= max(saved, cap)
    assert done.expired == 0 or saved + done.saved >= cap
    left = [part for part in held if part not in done.taken]
    assert all(day == points.NEVER or day > through or not tenths for day, tenths in left)
