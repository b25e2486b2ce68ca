"""Stock-takes: blind, counted again where it differs, approved by two, right while goods go on moving."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import counting, issuing
from kiosk.services.issuing import Wanted
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.store.tables import lot
from tests.kiosk.services.goods import TWO, copies, on_hand, paper, refused, sound
from tests.kiosk.services.two import both
from tests.village import HandClock, Village, proof, receive

COUNTER = "G037A"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_a_count_with_too_few_and_too_many(terminal: Terminal) -> None:
    opened = counting.open_sheet(terminal, (), COUNTER)
    assert [one.sku for one in opened.lines] == ["oil5", "rice5", "soap", "vinegar"]
    first = counting.write(
        terminal, [("oil5", 400), ("rice5", 398), ("soap", 403), ("vinegar", 400)], COUNTER
    )
    assert _states(first) == {"oil5": "done", "rice5": "again", "soap": "again", "vinegar": "done"}
    assert refused(lambda: counting.approve(terminal, *TWO)) == "count-not-done"
    second = counting.write(terminal, [("rice5", 399), ("soap", 403)], COUNTER)
    assert set(_states(second).values()) == {"done"}
    found = {one.sku: (one.book, one.counted, one.difference) for one in counting.result(terminal, "R037A")}
    assert found["rice5"] == (400, 399, -1)
    assert found["soap"] == (400, 403, 3)
    done = counting.approve(terminal, *TWO)
    assert on_hand(terminal) == {"oil5": 400, "rice5": 399, "soap": 403, "vinegar": 400}
    assert sorted(pieces for _sku, _lot, pieces in done.lots) == [-1, 3]
    rows = dict(paper(terminal, done.slip).rows)
    assert rows == {"大米 5公斤": "账 400 实 399 盘亏 1袋", "肥皂": "账 400 实 403 盘盈 3块"}
    assert refused(lambda: counting.approve(terminal, *TWO)) == "count-none-open"
    sound(terminal)


def test_who_counts_sees_no_figure_of_the_books(terminal: Terminal) -> None:
    receive(terminal, "soap", 77)
    opened = counting.open_sheet(terminal, (), COUNTER)
    sheet = paper(terminal, opened.slip)
    assert sheet.lines == ()
    written = counting.write(terminal, [("soap", 5)], COUNTER)
    for shown in (sheet.rows, opened.lines, written.lines, counting.sheet(terminal).lines):
        assert "477" not in repr(shown)
        assert "400" not in repr(shown)
    assert refused(lambda: counting.result(terminal, COUNTER)) == "role-may-not"
    assert copies(terminal, opened.slip) == ["stub"]


def test_goods_that_move_meanwhile_stay_right(terminal: Terminal) -> None:
    """Two soaps are missing; three go out and ten come in between the count and its approval."""
    counting.open_sheet(terminal, ("soap",), COUNTER)
    redeem(terminal, proof("0370900"), (("soap", 4),), "M037A", "r1")  # the shelf has 394 in truth
    counting.write(terminal, [("soap", 394)], COUNTER)
    redeem(terminal, proof("0370900"), (("soap", 1),), "M037A", "r2")
    counting.write(terminal, [("soap", 393)], COUNTER)
    redeem(terminal, proof("0370900"), (("soap", 3),), "M037A", "r3")
    receive(terminal, "soap", 10)
    [one] = counting.result(terminal, "R037A")
    assert (one.book, one.counted, one.difference, one.now) == (395, 393, -2, 402)
    counting.approve(terminal, *TWO)
    assert on_hand(terminal)["soap"] == 393 - 3 + 10
    sound(terminal)


def test_more_missing_than_is_left_is_counted_again(terminal: Terminal) -> None:
    counting.open_sheet(terminal, ("soap",), COUNTER)
    for _ in range(2):
        counting.write(terminal, [("soap", 10)], COUNTER)
    issuing.issue(terminal, (Wanted(sku="soap", pieces=50),), "care", "", *TWO)
    assert refused(lambda: counting.approve(terminal, *TWO)) == "count-recount"
    counting.write(terminal, [("soap", 350)], COUNTER)
    counting.approve(terminal, *TWO)
    assert on_hand(terminal)["soap"] == 350
    sound(terminal)


def test_goods_nobody_knew_of_become_a_lot(terminal: Terminal) -> None:
    issuing.issue(terminal, (Wanted(sku="soap", pieces=400),), "care", "", *TWO)
    counting.open_sheet(terminal, ("soap",), COUNTER)
    for _ in range(2):
        counting.write(terminal, [("soap", 6)], COUNTER)
    [(_sku, name, pieces)] = counting.approve(terminal, *TWO).lots
    with terminal.read() as conn:
        rows = {row.lot: row.pieces for row in conn.execute(lot.select().where(lot.c.sku == "soap"))}
    assert rows[name] == pieces == 6
    assert on_hand(terminal)["soap"] == 6
    sound(terminal)


def test_expired_goods_are_counted_too(terminal: Terminal, clock: HandClock) -> None:
    receive(terminal, "oil5", 4, "2026-11-23")
    clock.move(days=1)
    with terminal.write():
        pass
    counting.open_sheet(terminal, ("oil5",), COUNTER)
    assert _states(counting.write(terminal, [("oil5", 404)], COUNTER)) == {"oil5": "done"}
    assert counting.approve(terminal, *TWO).lots == ()
    sound(terminal)


def test_a_sheet_may_be_dropped_and_one_is_open_at_a_time(terminal: Terminal) -> None:
    assert refused(lambda: counting.sheet(terminal)) == "count-none-open"
    counting.open_sheet(terminal, ("soap",), COUNTER)
    assert refused(lambda: counting.open_sheet(terminal, (), COUNTER)) == "count-open-already"
    counting.write(terminal, [("soap", 3)], COUNTER)
    counting.drop(terminal, COUNTER)
    assert on_hand(terminal)["soap"] == 400
    counting.open_sheet(terminal, (), COUNTER)
    assert {one.state for one in counting.sheet(terminal).lines} == {"todo"}
    sound(terminal)


def test_who_may_not_and_what_is_not_on_the_sheet(terminal: Terminal) -> None:
    counting.open_sheet(terminal, ("soap",), COUNTER)
    assert refused(lambda: counting.write(terminal, [("oil5", 1)], COUNTER)) == "count-not-on-sheet"
    assert refused(lambda: counting.write(terminal, [("soap", -1)], COUNTER)) == "absurd-quantity"
    assert refused(lambda: counting.write(terminal, [], COUNTER)) == "stock-empty"
    assert refused(lambda: counting.approve(terminal, "M037A", "M037A")) == "second-needed"
    assert refused(lambda: counting.approve(terminal, "M037A", COUNTER)) == "role-may-not"
    counting.drop(terminal, COUNTER)
    assert refused(lambda: counting.open_sheet(terminal, ("caviar",), COUNTER)) == "unknown-goods"


def test_two_processes_approve_one_count_once(village: Village, terminal: Terminal, tmp_path: Path) -> None:
    counting.open_sheet(terminal, ("soap",), COUNTER)
    for _ in range(2):
        counting.write(terminal, [("soap", 390)], COUNTER)
    words = ("stock", "count", "approve", "--staff", "M037A", "--second", "R037A")
    done, no = both(tmp_path, terminal, *words)
    assert done["lots"][0][2] == -10
    assert no["refused"] == "count-none-open"
    assert on_hand(terminal)["soap"] == 390
    sound(terminal)


def _states(sheet: counting.Sheet) -> dict[str, str]:
    return {one.sku: one.state for one in sheet.lines}
