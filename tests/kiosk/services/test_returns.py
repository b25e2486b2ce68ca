"""Goods brought back: in parts, good or damaged, the last points taken first, never more than went out."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import basket, deeds, printing, returns
from kiosk.services.redeem import redeem
from kiosk.services.returns import Back, take_back
from kiosk.services.terminal import Terminal
from kiosk.slips import document
from tests.kiosk.services.desk import entry_of, on_shelf, place, pots, refused, sound
from tests.village import HandClock, Village, proof, receive

HOUSE = "0370217"
TWO = ("M037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _redeem(terminal: Terminal, *items: tuple[str, int]) -> tuple[int, int]:
    return place(redeem(terminal, proof(), items, "M037A", "r1").entry)


def _back(terminal: Terminal, entry: tuple[int, int], *back: Back) -> returns.Returned:
    return take_back(terminal, *entry, back, "goods", *TWO)


def test_good_pieces_go_onto_the_shelf_and_damaged_ones_are_written_off(terminal: Terminal) -> None:
    entry = _redeem(terminal, ("soap", 3), ("vinegar", 2))
    done = _back(terminal, entry, Back("soap", 2, "good"), Back("vinegar", 1, "damaged"))
    assert (done.back_tenths, done.available_tenths) == (80, 385 - 130 + 80)
    assert (on_shelf(terminal, "soap"), on_shelf(terminal, "vinegar")) == (399, 398)
    off = entry_of(terminal, done.written_off)
    assert (off.kind, off.actor, off.second) == ("stock-write-off", *TWO)
    assert [line[0::2] for line in off.body["lots"]] == [["vinegar", 1]]
    assert off.body["why"] == "returned-damaged"
    assert _back(terminal, entry, Back("soap", 1, "good")).written_off == ""
    assert pots(terminal) == (385 - 20, 0)
    sound(terminal)


def test_the_last_points_taken_come_back_first(terminal: Terminal, clock: HandClock) -> None:
    deeds.earn(terminal, HOUSE, "tidy-yard", 50, "G037A", "R037A")
    entry = _redeem(terminal, ("soap", 3))  # 50 that end in a year, 40 endless
    _back(terminal, entry, Back("soap", 1, "good"))
    assert _buckets(terminal) == {"": 385 - 10}
    _back(terminal, entry, Back("soap", 1, "good"))
    assert _buckets(terminal) == {"": 385, "2027-11-23": 20}
    _back(terminal, entry, Back("soap", 1, "good"))
    assert _buckets(terminal) == {"": 385, "2027-11-23": 50}
    sound(terminal)


def test_the_last_lot_comes_back_first(terminal: Terminal) -> None:
    receive(terminal, "soap", 1, "2027-01-01", "finance", *TWO)  # goes out first
    entry = _redeem(terminal, ("soap", 3))
    lots = entry_of(terminal, f"{entry[0]}-{entry[1]}").body["lines"][0][3]
    assert [pieces for _, pieces in lots] == [1, 2]
    done = _back(terminal, entry, Back("soap", 1, "good"), Back("soap", 1, "damaged"))
    assert [line[3] for line in entry_of(terminal, done.entry).body["lines"]] == [[[lots[1][0], 1]]] * 2
    _back(terminal, entry, Back("soap", 1, "good"))
    sound(terminal)


def test_ended_points_live_thirty_days_more(village: Village, terminal: Terminal, clock: HandClock) -> None:
    from tests.kiosk.services.desk import with_rules

    terminal = with_rules(village, terminal, clock, points_last_days=3)
    deeds.earn(terminal, HOUSE, "tidy-yard", 60, "G037A", "R037A")
    entry = _redeem(terminal, ("soap", 2))
    clock.move(days=5)
    _back(terminal, entry, Back("soap", 2, "good"))
    assert _buckets(terminal) == {"": 385, "2026-12-28": 60}


def test_never_more_than_went_out(terminal: Terminal) -> None:
    entry = _redeem(terminal, ("soap", 3))
    _back(terminal, entry, Back("soap", 2, "good"))
    left = ("return-too-many", {"item": "肥皂", "left": 1})
    assert refused(terminal, lambda: _back(terminal, entry, Back("soap", 2, "good"))) == left
    both = (Back("soap", 1, "good"), Back("soap", 1, "damaged"))
    assert refused(terminal, lambda: _back(terminal, entry, *both))[0] == "return-too-many"
    other = refused(terminal, lambda: _back(terminal, entry, Back("vinegar", 1, "good")))
    assert other == ("return-too-many", {"item": "陈醋 500毫升", "left": 0})


def test_some_days_and_no_more(terminal: Terminal, clock: HandClock) -> None:
    entry = _redeem(terminal, ("soap", 3))
    clock.move(days=7)
    _back(terminal, entry, Back("soap", 1, "good"))
    clock.move(days=1)
    late = refused_with_day(terminal, lambda: _back(terminal, entry, Back("soap", 1, "good")))
    assert late == ("return-too-late", {"days": 7})


def refused_with_day(terminal: Terminal, act: Any) -> Any:
    with terminal.write():
        pass  # the new day is opened by itself
    return refused(terminal, act)


@pytest.mark.parametrize(
    ("back", "code"),
    [
        ((), "empty-basket"),
        ((Back("soap", 0, "good"),), "absurd-quantity"),
        ((Back("soap", 100, "good"),), "absurd-quantity"),
        ((Back("caviar", 1, "good"),), "unknown-goods"),
        ((Back("soap", 1, "eaten"),), "empty-basket"),
    ],
)
def test_what_is_no_return(terminal: Terminal, back: tuple[Back, ...], code: str) -> None:
    entry = _redeem(terminal, ("soap", 3))
    assert refused(terminal, lambda: _back(terminal, entry, *back))[0] == code


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        (("M037A", ""), "second-needed"),
        (("M037A", "M037A"), "second-needed"),
        (("M037A", "G037A"), "role-may-not"),
    ],
)
def test_two_people_sign(terminal: Terminal, signed: tuple[str, str], code: str) -> None:
    entry = _redeem(terminal, ("soap", 3))
    act = lambda: take_back(terminal, *entry, [Back("soap", 1, "good")], "goods", *signed)  # noqa: E731
    assert refused(terminal, act)[0] == code


def test_the_slip(terminal: Terminal) -> None:
    entry = _redeem(terminal, ("soap", 3))
    done = _back(terminal, entry, Back("soap", 1, "good"), Back("soap", 1, "damaged"))
    papers = {}
    while job := printing.take(terminal):
        papers[job.slip, job.copy] = str(document(job.content, job.copy))
        printing.finish(terminal, job, "printed", "", 9)
    for part in ("退货凭条", "0037-000001", "其中 1 件已损坏，当场报损。", "居民签字"):
        assert part in papers[done.slip, "stub"], part


def _buckets(terminal: Terminal) -> dict[str, int]:
    with terminal.read() as conn:
        return dict(basket.buckets(conn, HOUSE))
