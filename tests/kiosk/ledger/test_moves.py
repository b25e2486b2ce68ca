"""Moves in entries and on paper: what is written is what is read, and who may spend where."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger import cards, moves
from kiosk.ledger.moves import Home, Loan, Move, MoveId
from kiosk.ledger.postings import postings

SIGNATURE = "A" * 103
days = st.dates(min_value=__import__("datetime").date(2000, 1, 1)).map(lambda day: day.isoformat())
tenths = st.integers(1, 999_999)
loans = st.builds(Loan, tenths, tenths, days, days)
homes = st.none() | st.builds(
    Home, st.integers(0, 99_999), st.integers(0, 99_999), st.integers(-999, 99_999), st.none() | loans
)
buckets = st.dictionaries(days | st.just(""), tenths, max_size=12).map(lambda found: tuple(found.items()))
sent = st.builds(
    Move, st.from_regex(r"[0-9]{7}", fullmatch=True), st.integers(1, 9999), st.integers(1, 99), buckets, homes
)


@given(move=sent, epoch=st.integers(1, 60), seq=st.integers(1, 10**6))
def test_a_code_says_what_was_sent(move: Move, epoch: int, seq: int) -> None:
    issuer = cards.issuer_name("YS", 37, epoch)
    text = f"{moves.text(issuer, MoveId(37, epoch, seq), move, '7F3A-91C2')}:{SIGNATURE}"
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]+", text)
    code = cards.move_code(text)
    if len(text) > cards.MAX_CODE_CHARS:
        assert code is None
        return
    assert code is not None
    assert cards.kind_of(text) == "move"
    assert moves.of_code(code) == (MoveId(37, epoch, seq), move)


@given(move=sent)
def test_an_entry_says_what_was_sent_and_both_ends_sum_up(move: Move) -> None:
    body = moves.out_body(move)
    assert moves.of_out(body) == move
    assert moves.of_order({**moves.in_body(move), "till": move.dest_epoch}, move.dest) == move
    out = {(item.pot, item.expires): item.tenths for item in postings("move-out", body)}
    into = {(item.pot, item.expires): item.tenths for item in postings("move-in", moves.in_body(move))}
    assert into == {key: -value for key, value in out.items()}
    assert out.get(("away", ""), 0) == move.net


def test_a_later_epoch_signs_what_an_earlier_one_sent_never_the_other_way_round() -> None:
    move = Move("0370217", 38, 1, (("", 50),), None)
    again = cards.move_code(f"{moves.text('YS-37B', MoveId(37, 1, 9), move, '7F3A91C2')}:{SIGNATURE}")
    assert again is not None
    assert moves.of_code(again) == (MoveId(37, 1, 9), move)
    ahead = cards.move_code(f"{moves.text('YS-37', MoveId(37, 2, 9), move, '7F3A91C2')}:{SIGNATURE}")
    assert ahead is not None
    assert moves.of_code(ahead) is None
    county = cards.move_code(f"{moves.text('YS', MoveId(37, 1, 9), move, '7F3A91C2')}:{SIGNATURE}")
    assert county is not None
    assert moves.of_code(county) is None


@given(epoch=st.integers(1, 5000), terminal=st.integers(1, 9999))
def test_an_issuer_names_terminal_and_epoch(epoch: int, terminal: int) -> None:
    assert cards.issuer_place(cards.issuer_name("YS", terminal, epoch)) == (terminal, epoch)
    assert cards.issuer_place("YS") is None


@pytest.mark.parametrize(
    ("kind", "body", "after"),
    [
        ("earn", {}, 1),
        ("hold", {}, 1),
        ("redeem", {}, None),
        ("void", {}, None),
        ("move-out", {}, None),
        ("move-out", {"home": 1}, 0),
        ("move-in", {}, 1),
        ("move-in", {"guest": 1}, None),
        ("move-back", {"guest": 1}, None),
        ("move-declined", {}, None),
    ],
)
def test_whose_points_they_become(kind: str, body: dict[str, int], after: int | None) -> None:
    assert moves.settled_after(kind, body) == after


@pytest.mark.parametrize(
    ("home_here", "settled", "available", "may"),
    [
        (True, 1, 0, True),
        (True, 0, 9, True),
        (False, 0, 9, True),
        (False, 1, 9, False),
        (False, None, None, False),
    ],
)
def test_who_may_spend(home_here: bool, settled: int | None, available: int | None, may: bool) -> None:
    assert moves.may_spend(home_here=home_here, settled=settled, available=available) is may
