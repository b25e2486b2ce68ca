"""The day at a glance, what waits for the line, and a household's history."""

from __future__ import annotations

import pytest

from kiosk.services import books, deeds
from kiosk.services.history import history
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from kiosk.store import cursors
from tests.village import HandClock, Village, proof

TWO = ("G037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_today_counts_what_stands(terminal: Terminal, clock: HandClock) -> None:
    redeem(terminal, proof(), (("soap", 2), ("rice5", 1)), "M037A", "r1")
    done = redeem(terminal, proof(), (("vinegar", 3),), "M037A", "r2")
    void(terminal, *map(int, done.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    seen = books.today(terminal)
    assert (seen.day, seen.redemptions, seen.points_tenths, seen.pieces) == ("2026-11-23", 1, 260, 3)
    assert seen.outstanding_tenths == 385 - 260 + 100 + 50_000
    assert seen.shelf_tenths == 400 * (200 + 30 + 20 + 350) - 260
    assert seen.low_stock == ()
    clock.move(days=1)
    redeem(terminal, proof(), (("vinegar", 1),), "M037A", "r3")
    assert books.today(terminal).redemptions == 1


def test_goods_that_run_out_are_named(terminal: Terminal) -> None:
    for number in range(4):
        redeem(terminal, proof("0370900"), (("soap", 99),), "M037A", f"r{number}")
    assert books.today(terminal).low_stock == ("肥皂",)


def test_what_waits_for_the_line(terminal: Terminal) -> None:
    before = books.line_state(terminal)
    assert (before.online, before.waiting, before.last_exchange_at_ms) == (False, 9, 0)
    with terminal.db.write() as conn:
        cursors.put(conn, "acked:1", 7)
    assert books.line_state(terminal).waiting == 2


def test_history_newest_first(terminal: Terminal) -> None:
    deeds.earn(terminal, "0370217", "tidy-yard", 20, *TWO)
    done = redeem(terminal, proof(), (("soap", 2), ("rice5", 1)), "M037A", "r1")
    void(terminal, *map(int, done.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    lines = history(terminal, "0370217")
    assert [(line.kind, line.amount_tenths) for line in lines] == [
        ("void", 260),
        ("redeem", -260),
        ("earn", 20),
        ("earn", 385),
    ]
    assert lines[1].slip == done.slip
    assert lines[1].title == "大米 5公斤、肥皂×2"
    assert lines[2].title == "庭院整洁"
    assert [line.entry for line in history(terminal, "0370217", 2)] == [line.entry for line in lines[:2]]
    assert history(terminal, "0370217", -5) == ()
    assert history(terminal, "0379999") == ()
