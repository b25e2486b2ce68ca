"""Baskets: each good once, sane quantities, the same request known again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger import redemption
from kiosk.ledger.refusals import Refused


def test_a_basket_is_tidied() -> None:
    assert redemption.tidy([("soap", 2), ("rice5", 1), ("soap", 1)], 99) == (("rice5", 1), ("soap", 3))


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([], "empty-basket"),
        ([("soap", 0)], "absurd-quantity"),
        ([("soap", -1)], "absurd-quantity"),
        ([("soap", 100)], "absurd-quantity"),
        ([("soap", 50), ("soap", 50)], "absurd-quantity"),
        ([("soap", 10**30)], "absurd-quantity"),
        ([(f"g{number}", 1) for number in range(41)], "absurd-quantity"),
    ],
)
def test_absurd_baskets_are_refused(items: list[tuple[str, int]], code: str) -> None:
    with pytest.raises(Refused) as no:
        redemption.tidy(items, 99)
    assert no.value.code == code


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 9)), min_size=1, max_size=6), st.randoms())
def test_the_order_of_scanning_makes_no_difference(items: list[tuple[str, int]], random: object) -> None:
    shuffled = sorted(items, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert redemption.tidy(items, 99) == redemption.tidy(shuffled, 99)


def test_a_request_is_known_again_by_household_and_basket() -> None:
    body = {"hh": "0370217", "lines": [["soap", 2, 30, [["1-4", 2]]], ["rice5", 1, 200, [["1-5", 1]]]]}
    items = (("rice5", 1), ("soap", 2))
    assert redemption.same_request(body, "0370217", items)
    assert not redemption.same_request(body, "0370301", items)
    assert not redemption.same_request(body, "0370217", (("rice5", 1), ("soap", 1)))
    assert redemption.pieces_taken([body, body], "soap") == 4
    assert redemption.pieces_taken([body], "salt") == 0


def test_what_a_basket_costs() -> None:
    assert redemption.charge([(2, 30), (1, 200)]) == 260
