"""Baskets: each good once, sane quantities, the same request known again."""

from __future__ import annotations

from typing import Any

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


parts = st.lists(st.tuples(st.text("ab", max_size=3), st.integers(1, 50)), max_size=6)


@given(parts, st.data())
def test_what_comes_back_in_parts_is_what_was_taken(
    taken: list[tuple[str, int]], data: st.DataObject
) -> None:
    left, before = sum(number for _, number in taken), 0
    back: list[list[Any]] = []
    while left:
        amount = data.draw(st.integers(1, left))
        came = redemption.give_back(taken, before, amount)
        assert sum(number for _, number in came) == amount
        back, before, left = back + came, before + amount, left - amount
    joined = [key for key, number in back for _ in range(number)]
    assert joined == [key for key, number in reversed(taken) for _ in range(number)]
    assert redemption.give_back(taken, before, 0) == []
    with pytest.raises(AssertionError):
        redemption.give_back(taken, before, 1)


def test_who_is_the_same_collector() -> None:
    wang = {"card": "", "name": "aa"}
    assert redemption.same_person(wang, {"card": "0370301", "name": "aa"})
    assert not redemption.same_person({"card": "0370302", "name": "aa"}, {"card": "0370301", "name": "aa"})
    assert redemption.same_person({"card": "0370301", "name": "bb"}, {"card": "0370301", "name": "aa"})
    assert not redemption.same_person(wang, {"card": "", "name": "bb"})


def test_what_an_entry_took() -> None:
    assert redemption.charged({"charge": 30}) == redemption.charged({"amount": 30}) == 30
