"""What households wish for: a vote a household, good and month; opinions on prices."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.services import wishes
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from tests.kiosk.services.goods import refused, sound
from tests.kiosk.services.two import both
from tests.village import HandClock, Village, proof


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_votes_are_counted_by_month(terminal: Terminal, clock: HandClock) -> None:
    wishes.vote(terminal, proof(), "soap", wanted=True, price="dear")
    wishes.vote(terminal, proof("0370301"), "soap", wanted=True, price="fair")
    wishes.vote(terminal, proof("0370302"), "soap", wanted=False, price="dear")
    wishes.vote(terminal, proof(), "w:kettle", wanted=True)
    found = wishes.tally(terminal, "2026-11")
    assert [(one.title, one.votes, one.dear, one.fair) for one in found] == [
        ("肥皂", 2, 2, 1),
        ("电热水壶", 1, 0, 0),
    ]
    assert refused(lambda: wishes.vote(terminal, proof(), "soap", wanted=True)) == "wish-already"
    for _ in range(2):
        clock.move(days=5)
        with terminal.write():
            pass
    wishes.vote(terminal, proof(), "soap", wanted=True)
    assert [one.votes for one in wishes.tally(terminal, "2026-12")] == [1]
    assert [one.votes for one in wishes.tally(terminal, "2026-11")] == [2, 1]
    sound(terminal)


def test_a_clock_thrown_by_years_gives_no_second_vote(terminal: Terminal, clock: HandClock) -> None:
    wishes.vote(terminal, proof(), "soap", wanted=True)
    for days in (3653, -7306):
        clock.move(days=days)
        assert refused(lambda: wishes.vote(terminal, proof(), "soap", wanted=True)) == "wish-already"


def test_what_is_no_vote(terminal: Terminal) -> None:
    nobody = Proof(household="9999999", how="card:1")
    for act, code in (
        (lambda: wishes.vote(terminal, proof(), "caviar", wanted=True), "wish-unknown"),
        (lambda: wishes.vote(terminal, proof(), "w:yacht", wanted=True), "wish-unknown"),
        (lambda: wishes.vote(terminal, proof(), "soap", wanted=False), "wish-nothing-said"),
        (lambda: wishes.vote(terminal, proof(), "soap", wanted=True, price="cheap"), "wish-price-unknown"),
        (lambda: wishes.vote(terminal, proof(), "w:kettle", wanted=True, price="dear"), "wish-price-unknown"),
        (lambda: wishes.vote(terminal, nobody, "soap", wanted=True), "unknown-household"),
        (lambda: wishes.tally(terminal, "November"), "month-unreadable"),
    ):
        assert refused(act) == code


def test_the_list_has_no_code_twice() -> None:
    codes = [one.code for one in wishes.wish_list()]
    assert len(codes) == len(set(codes)) >= 5


def test_two_processes_vote_for_one_household_once(
    village: Village, terminal: Terminal, tmp_path: Path
) -> None:
    _done, no = both(tmp_path, terminal, "wish", "soap", "--card", village.card("0370217"))
    assert no["refused"] == "wish-already"
    assert [one.votes for one in wishes.tally(terminal, "2026-11")] in ([1], [])  # the real clock's month
    sound(terminal)
