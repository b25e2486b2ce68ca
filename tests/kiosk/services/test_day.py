"""The business day by clock and by person."""

from __future__ import annotations

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import books, day
from kiosk.services.terminal import Terminal
from tests.village import HandClock, Village


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_an_idle_terminal_follows_the_clock(terminal: Terminal, clock: HandClock) -> None:
    clock.move(days=1)
    day.follow_clock(terminal)
    assert books.today(terminal).day == clock.today()


def test_a_clock_far_ahead_needs_a_person(terminal: Terminal, clock: HandClock) -> None:
    before = books.today(terminal).day
    clock.move(days=20)
    day.follow_clock(terminal)
    assert books.today(terminal).day == before
    assert day.open_by_person(terminal, clock.today(), "M037A") == clock.today()
    assert books.today(terminal).day == clock.today()


@pytest.mark.parametrize(
    ("wanted", "staff", "code"),
    [
        ("2026-11-23", "M037A", "day-not-later"),
        ("2026-11-01", "M037A", "day-not-later"),
        ("2036-11-24", "M037A", "day-not-later"),
        ("tomorrow", "M037A", "day-unreadable"),
        ("2026-11-24", "G037A", "role-may-not"),
    ],
)
def test_a_person_moves_it_forward_only(
    terminal: Terminal, clock: HandClock, wanted: str, staff: str, code: str
) -> None:
    clock.move(days=20)
    with pytest.raises(Refused) as refused:
        day.open_by_person(terminal, wanted, staff)
    assert refused.value.code == code


def test_a_dead_clock_does_not_hold_the_day(terminal: Terminal, clock: HandClock) -> None:
    clock.move(days=-3650)
    assert day.open_by_person(terminal, "2026-11-25", "M037A") == "2026-11-25"
    with pytest.raises(Refused) as refused:
        day.open_by_person(terminal, "2028-11-25", "M037A")
    assert refused.value.code == "day-not-later"
