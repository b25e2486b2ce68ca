"""The suggested order: by example as written down in the formula, and by property."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.ordering import Need, Weeks, to_order

WEEKS = Weeks(back=8, cover=4, near=4)
pieces = st.integers(0, 500)
needs = st.builds(
    Need, redeemed=pieces, wishes=pieces, level=pieces, on_hand=pieces, near=pieces, on_order=pieces
)
weeks = st.builds(Weeks, back=st.integers(1, 52), cover=st.integers(1, 12), near=st.integers(0, 12))


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        # 40 in 8 weeks: 5 a week, 20 for 4 weeks
        (Need(redeemed=40, wishes=0, level=5, on_hand=12, near=0, on_order=0), 8),
        (Need(redeemed=40, wishes=3, level=5, on_hand=12, near=0, on_order=0), 11),
        (Need(redeemed=40, wishes=0, level=30, on_hand=12, near=0, on_order=0), 18),
        (Need(redeemed=40, wishes=0, level=5, on_hand=12, near=0, on_order=6), 2),
        # 30 near their end, 20 of them go in time: 10 are as good as lost
        (Need(redeemed=40, wishes=0, level=5, on_hand=30, near=30, on_order=0), 0),
        (Need(redeemed=8, wishes=0, level=20, on_hand=30, near=30, on_order=0), 16),
        # 1 in 8 weeks is half a piece in 4, and half a piece is a piece
        (Need(redeemed=1, wishes=0, level=0, on_hand=0, near=0, on_order=0), 1),
        (Need(redeemed=0, wishes=0, level=0, on_hand=0, near=0, on_order=0), 0),
    ],
)
def test_by_example(need: Need, expected: int) -> None:
    assert to_order(need, WEEKS) == expected


@given(needs, weeks, st.integers(1, 50))
def test_more_wishes_and_demand_order_no_less_and_more_goods_no_more(
    need: Need, over: Weeks, more: int
) -> None:
    plain = to_order(need, over)
    assert plain >= 0
    for name in ("wishes", "level"):
        assert to_order(need._replace(**{name: getattr(need, name) + more}), over) >= plain
    for name in ("on_hand", "on_order"):
        assert to_order(need._replace(**{name: getattr(need, name) + more}), over) <= plain


@given(needs, weeks)
def test_what_was_ordered_is_enough(need: Need, over: Weeks) -> None:
    ordered = to_order(need, over)
    assert to_order(need._replace(on_order=need.on_order + ordered), over) == 0
