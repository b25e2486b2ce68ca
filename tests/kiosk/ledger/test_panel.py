"""Scoring by a panel: terms, standing back, quorum, and what several scores come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.panel import Member, in_term, is_recused, outcome, recused_lines, short_of

MEMBER = Member("P1", "2026-01-01", "2026-12-31", "2026-01", "0370217", ("0370301",))


@pytest.mark.parametrize(
    ("day", "counts"),
    [("2025-12-31", False), ("2026-01-01", True), ("2026-12-31", True), ("2027-01-01", False)],
)
def test_the_term(day: str, counts: bool) -> None:
    assert in_term(MEMBER, day) is counts


def test_own_household_and_kin() -> None:
    households = {1: "0370217", 2: "0370302", 3: "0370301"}
    assert recused_lines(MEMBER, households) == (1, 3)
    assert not is_recused(MEMBER._replace(household="", kin=()), "0370217")


@given(st.lists(st.integers(0, 500), min_size=1, max_size=15))
def test_the_outcome_is_somebodys_score_with_half_on_either_side(scores: list[int]) -> None:
    middle = outcome(scores)
    assert middle in scores
    assert 2 * sum(score < middle for score in scores) < len(scores)
    assert 2 * sum(score > middle for score in scores) <= len(scores)


@given(st.integers(0, 500), st.lists(st.integers(0, 500), max_size=6))
def test_a_majority_always_wins(score: int, others: list[int]) -> None:
    assert outcome([*others, *[score] * (len(others) + 1)]) == score


def test_nobody_scored() -> None:
    with pytest.raises(ValueError, match="nobody"):
        outcome([])


def test_quorum() -> None:
    stood_back = [[], [1], [1, 2], []]
    assert short_of([1, 2, 3], stood_back, 2) == ()
    assert short_of([1, 2, 3], stood_back, 3) == (1,)
    assert short_of([1, 2, 3], stood_back, 4) == (1, 2)
    assert short_of([1, 2, 3], stood_back, 5) == (1, 2, 3)
