"""Which numbers can be true: the check character of GB 11643 and the older numbers of foreigners."""

from __future__ import annotations

import pytest

from kiosk.ledger.identity_number import masked, on_card, plausible

TRUE = ("34052419800101001X", "11010519491231002X")


@pytest.mark.parametrize("number", TRUE)
def test_the_published_examples_hold_and_every_changed_digit_is_noticed(number: str) -> None:
    assert plausible(number)
    for at in range(17):
        for digit in "0123456789".replace(number[at], ""):
            assert not plausible(number[:at] + digit + number[at + 1 :])


@pytest.mark.parametrize(
    "number", ["", "X", "34052419800101001x", "34052419800101001Ｘ", "３４０５２４１９８００１０１００１Ｘ"]
)
def test_what_is_no_number(number: str) -> None:
    assert not plausible(number)
    assert not on_card("foreigner", number)


def test_an_older_foreigners_number_is_theirs_alone() -> None:
    assert on_card("foreigner", "DEU150070070901")
    assert not on_card("resident", "DEU150070070901")
    assert not on_card("permit", "DEU150070070901")
    assert on_card("permit", TRUE[0])
    assert on_card("foreigner", TRUE[0])


def test_only_the_last_four_show() -> None:
    assert masked(TRUE[0]) == "•" * 14 + "001X"
    assert masked("123") == "123"
