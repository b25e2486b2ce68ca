"""Points: postings of every kind sum to zero, soonest-ending points go first."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger import points
from kiosk.ledger.points import AVAILABLE, DEDUCTED, ISSUED, OWED, SPENT, Posting, take
from kiosk.ledger.postings import postings

HH = "0370217"
days = st.one_of(st.just(points.NEVER), st.dates().map(str))
amounts = st.integers(1, 100_000)
bucket_lists = st.dictionaries(days, st.integers(0, 5_000), max_size=6).map(lambda found: list(found.items()))


@st.composite
def bodies(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A well-formed body of each kind that moves points."""
    kind = draw(st.sampled_from(["earn", "deduct", "redeem", "void", "reverse-earn", "reverse-deduct"]))
    parts = [[day, tenths] for day, tenths in draw(bucket_lists)]
    moved, rest = sum(part[1] for part in parts), draw(st.integers(0, 500))
    if kind == "earn":
        repaid = draw(st.integers(0, 500))
        return "earn", {"hh": HH, "amount": repaid + rest, "repaid": repaid, "expires": draw(days)}
    if kind == "deduct":
        return "deduct", {"hh": HH, "amount": moved + rest, "from": parts, "owed": rest}
    if kind == "redeem":
        return "redeem", {"hh": HH, "charge": moved, "from": parts}
    if kind == "void":
        return "void", {"hh": HH, "to": parts}
    if kind == "reverse-earn":
        body = {"kind": "earn", "hh": HH, "amount": moved + rest, "from": parts, "owed": rest}
        return "reverse", body
    return "reverse", {"kind": "deduct", "hh": HH, "amount": moved + rest, "to": parts, "repaid": rest}


@given(bodies())
def test_postings_sum_to_zero(made: tuple[str, dict[str, Any]]) -> None:
    moved = postings(*made)
    assert sum(posting.tenths for posting in moved) == 0
    assert all(posting.tenths for posting in moved)
    assert all(posting.household == HH for posting in moved)


@given(bodies(), st.integers(1, 50))
def test_an_unbalanced_body_is_refused(made: tuple[str, dict[str, Any]], wrong: int) -> None:
    kind, body = made
    name = "amount" if "amount" in body else "charge"
    if name not in body or kind == "earn":
        return  # `void` takes its amount from its buckets; `earn` gives what is not repaid
    with pytest.raises(ValueError, match="zero"):
        postings(kind, {**body, name: body[name] + wrong})


def test_earn_repays_what_is_owed_first() -> None:
    body = {"hh": HH, "amount": 30, "repaid": 20, "expires": "2027-11-23"}
    assert postings("earn", body) == (
        Posting(HH, ISSUED, "", -30),
        Posting(HH, OWED, "", 20),
        Posting(HH, AVAILABLE, "2027-11-23", 10),
    )
    assert points.split_repaid(30, 20) == 20
    assert points.split_repaid(30, 50) == 30
    assert points.split_repaid(30, 0) == 0


def test_redeem_goes_from_available_to_spent() -> None:
    body = {"hh": HH, "charge": 28, "from": [["2027-01-01", 20], ["", 8]]}
    assert postings("redeem", body) == (
        Posting(HH, AVAILABLE, "2027-01-01", -20),
        Posting(HH, AVAILABLE, "", -8),
        Posting(HH, SPENT, "", 28),
    )


def test_deduct_leaves_a_debt() -> None:
    body = {"hh": HH, "amount": 50, "from": [["", 30]], "owed": 20}
    assert postings("deduct", body) == (
        Posting(HH, AVAILABLE, "", -30),
        Posting(HH, OWED, "", -20),
        Posting(HH, DEDUCTED, "", 50),
    )


@pytest.mark.parametrize(
    "kind", ["open", "clock", "day-open", "order-refused", "stock-receive", "kind-of-2030"]
)
def test_other_kinds_move_no_points(kind: str) -> None:
    assert postings(kind, {"anything": 1}) == ()


def test_a_redemption_is_voided_never_reversed() -> None:
    with pytest.raises(ValueError, match="voided"):
        postings("reverse", {"kind": "redeem", "hh": HH, "amount": 5})


@given(bucket_lists, st.data())
def test_take_spends_the_soonest_ending_first(buckets: list[tuple[str, int]], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(tenths for _, tenths in buckets)))
    taken = take(buckets, amount)
    held = dict(buckets)
    assert sum(tenths for _, tenths in taken) == amount
    assert all(0 < tenths <= held[day] for day, tenths in taken)
    rank = [(day == points.NEVER, day) for day, _ in taken]
    assert rank == sorted(rank)
    emptied = {day for day, tenths in taken if tenths == held[day]}
    if taken:
        last = rank[-1]
        for day, tenths in buckets:  # whatever ends sooner than the last bucket touched is used up
            if tenths and (day == points.NEVER, day) < last:
                assert day in emptied


def test_take_more_than_there_is_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        take([("", 5)], 6)


def test_honour_counts_earned_and_deducted_only() -> None:
    assert points.honour_change("earn", {"amount": 20}) == 20
    assert points.honour_change("deduct", {"amount": 20}) == -20
    assert points.honour_change("reverse", {"kind": "earn", "amount": 20}) == -20
    assert points.honour_change("reverse", {"kind": "deduct", "amount": 20}) == 20
    assert points.honour_change("redeem", {"charge": 20}) == 0


@pytest.mark.parametrize("kind", ["earn", "deduct", "redeem", "void", "reverse"])
def test_a_body_of_another_form_raises_what_is_promised(kind: str) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        postings(kind, {"hh": HH})
