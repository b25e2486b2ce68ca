"""Stock: which lot goes out first, and what each kind moves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.stock import HELD, SHELF, Lot, Move, moves, pick

lot_lists = st.lists(
    st.tuples(
        st.text("abcdef", min_size=1, max_size=3),
        st.sampled_from(["", "2026-12-01", "2027-01-01"]),
        st.integers(0, 9),
    ),
    max_size=6,
    unique_by=lambda row: row[0],
).map(lambda rows: [Lot(*row) for row in rows])


@given(lot_lists, st.data())
def test_the_soonest_best_before_goes_first(lots: list[Lot], data: st.DataObject) -> None:
    pieces = data.draw(st.integers(0, sum(lot.pieces for lot in lots)))
    picked = pick(lots, pieces)
    held = {lot.lot: lot for lot in lots}
    assert sum(count for _, count in picked) == pieces
    assert all(0 < count <= held[name].pieces for name, count in picked)
    ranks = [(held[name].best_before == "", held[name].best_before, name) for name, _ in picked]
    assert ranks == sorted(ranks)
    for lot in lots:
        rank = (lot.best_before == "", lot.best_before, lot.lot)
        if ranks and lot.pieces and rank < ranks[-1]:
            assert (lot.lot, lot.pieces) in picked


def test_goods_that_keep_go_last() -> None:
    lots = [Lot("a", "", 5), Lot("b", "2027-01-01", 2), Lot("c", "2026-12-01", 2)]
    assert pick(lots, 5) == (("c", 2), ("b", 2), ("a", 1))


def test_more_than_there_is_is_our_own_mistake() -> None:
    with pytest.raises(AssertionError):
        pick([Lot("a", "", 5)], 6)


def test_a_void_puts_back_what_the_redemption_took() -> None:
    lines = [["soap", 3, 30, [["1-4", 2], ["1-9", 1]]], ["rice5", 1, 200, [["1-5", 1]]]]
    out = moves("redeem", {"lines": lines})
    back = moves("void", {"lines": lines})
    assert out == (
        Move("soap", "1-4", SHELF, -2),
        Move("soap", "1-9", SHELF, -1),
        Move("rice5", "1-5", SHELF, -1),
    )
    assert back == tuple(move._replace(pieces=-move.pieces) for move in out)


def test_received_goods_make_a_lot() -> None:
    assert moves("stock-receive", {"sku": "soap", "lot": "1-4", "qty": 400}) == (
        Move("soap", "1-4", SHELF, 400),
    )
    assert moves("earn", {"hh": "0370217"}) == ()


def test_reserved_goods_wait_beside_the_shelf_and_returned_ones_come_back_to_it() -> None:
    lines = [["soap", 3, 30, [["1-4", 2], ["1-9", 1]]]]
    held = moves("hold", {"lines": lines})
    assert [(move.lot, move.place, move.pieces) for move in held] == [
        ("1-4", SHELF, -2),
        ("1-4", HELD, 2),
        ("1-9", SHELF, -1),
        ("1-9", HELD, 1),
    ]
    assert {(move.place, move.pieces) for move in moves("collect", {"lines": lines})} == {
        (HELD, -2),
        (HELD, -1),
    }
    freed = moves("release", {"lines": lines})
    assert sorted(freed) == sorted(move._replace(pieces=-move.pieces) for move in held)
    back = [["soap", 1, 30, [["1-9", 1]], "good"], ["soap", 1, 30, [["1-4", 1]], "damaged"]]
    assert moves("return", {"lines": back}) == (Move("soap", "1-9", SHELF, 1), Move("soap", "1-4", SHELF, 1))
