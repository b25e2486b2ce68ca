"""What scores lead to: places, lists, coverage, shares."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.results import (
    PART_PER,
    Coverage,
    Score,
    Wanted,
    coverage,
    meeting,
    months_of,
    ranked,
    shares,
)

scores = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 3_000), st.integers(0, 12)), max_size=60
).map(
    lambda rows: [
        Score(f"037{n:04}", earned, taken, months) for n, (earned, taken, months) in enumerate(rows)
    ]
)


@pytest.mark.parametrize(
    ("period", "months"),
    [
        ("2026-11", ("2026-11", "2026-11")),
        ("2026-Q1", ("2026-01", "2026-03")),
        ("2026-Q4", ("2026-10", "2026-12")),
        ("2026", ("2026-01", "2026-12")),
    ],
)
def test_periods(period: str, months: tuple[str, str]) -> None:
    assert months_of(period) == months


@pytest.mark.parametrize("period", ["", "26", "2026-13", "2026-Q5", "2026-11-23", "２０２６"])
def test_no_period(period: str) -> None:
    with pytest.raises(ValueError, match=f"^{period}$"):
        months_of(period)


def test_equal_scores_share_a_place() -> None:
    found = ranked([Score("a", 50, 0, 1), Score("b", 80, 30, 1), Score("c", 90, 0, 1), Score("d", 10, 10, 1)])
    assert [(one.place, one.score.household) for one in found] == [(1, "c"), (2, "a"), (2, "b")]


@given(scores)
def test_ranks_run_down(found: list[Score]) -> None:
    board = ranked(found)
    honours = [one.score.honour for one in board]
    assert honours == sorted(honours, reverse=True)
    assert all(honour > 0 for honour in honours)
    assert all(one.place == 1 + sum(honour > one.score.honour for honour in honours) for one in board)


@given(scores)
def test_shares_come_to_the_whole(found: list[Score]) -> None:
    board = ranked(found)
    parts = shares(board)
    assert sum(parts.values()) == (PART_PER if board else 0)
    total = sum(one.score.honour for one in board)
    for one in board:
        exact = one.score.honour * PART_PER / total
        assert abs(parts[one.score.household] - exact) < 1


def test_every_part_of_a_rule_counts() -> None:
    good = Score("good", 100, 0, 6)
    board = ranked([good, Score("few", 100, 0, 2), Score("taken", 130, 20, 6), Score("low", 20, 0, 6)])
    wanted = Wanted(honour=100, months=3, no_deduction=True)
    assert [one.score for one in meeting(wanted, board, 4, {})] == [good]
    assert [one.place for one in meeting(Wanted(top_percent=50), board, 4, {})] == [1, 2, 2]
    assert meeting(Wanted(top_percent=10), board, 4, {}) == ()
    honoured = meeting(Wanted(honours=("best",)), board, 4, {"low": {"best"}, "few": {"other"}})
    assert [one.score.household for one in honoured] == ["low"]


@pytest.mark.parametrize(("part", "of", "percent"), [(0, 0, 0), (799, 1000, 79), (4, 5, 80), (5, 5, 100)])
def test_coverage_rounds_down(part: int, of: int, percent: int) -> None:
    assert coverage([Score(str(n), 10, 0, 1) for n in range(part)], of) == Coverage(part, of)
    assert Coverage(part, of).percent == percent
