"""结果运用 over real books: ranks by what was earned, a register by two, coverage with its denominator."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, honours, verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from tests.village import HandClock, Village, proof

HOUSE, OTHER, POOR = "0370217", "0370301", "0370302"
TWO = ("M037A", "R037A")
PAIR = ("R037A", "S037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _earn(terminal: Terminal, household: str, tenths: int) -> str:
    return deeds.earn(terminal, household, "tidy-yard", tenths, *TWO)


def test_redeeming_lowers_no_rank_and_an_opening_balance_gives_none(terminal: Terminal) -> None:
    assert honours.board(terminal, "2026") == ()
    _earn(terminal, HOUSE, 30)
    _earn(terminal, OTHER, 50)
    redeem(terminal, proof(OTHER), (("soap", 2),), "M037A", "a")
    deeds.deduct(terminal, OTHER, "tidy-yard", 20, *TWO)
    found = honours.board(terminal, "2026-11")
    assert [(one.place, one.household, one.honour_tenths) for one in found] == [
        (1, HOUSE, 30),
        (1, OTHER, 30),
    ]
    assert honours.board(terminal, "2026-Q3") == ()


def test_coverage_names_its_denominator(terminal: Terminal) -> None:
    _earn(terminal, HOUSE, 30)
    found = honours.coverage(terminal, "2026-11")
    assert (found.taking_part, found.households, found.percent, found.enough) == (1, 4, 25, False)
    for household in (OTHER, POOR, "0370900"):
        _earn(terminal, household, 10)
    assert honours.coverage(terminal, "2026-11").enough


def test_who_took_little_part(terminal: Terminal, clock: HandClock) -> None:
    _earn(terminal, HOUSE, 30)
    assert [one.household for one in honours.little(terminal, "2026")] == [HOUSE, OTHER, POOR, "0370900"]
    for _ in range(2):
        clock.move(days=7)
        _earn(terminal, HOUSE, 30)
    assert [(one.household, one.months) for one in honours.little(terminal, "2026")] == [
        (OTHER, 0),
        (POOR, 0),
        ("0370900", 0),
    ]


def test_a_list_says_its_rule(terminal: Terminal) -> None:
    _earn(terminal, HOUSE, 700)
    found = honours.listed(terminal, "health-check", "2026")
    assert (found.rule, found.period) == ({"top_percent": 30}, "2026")
    assert [one.household for one in found.places] == [HOUSE]
    assert honours.listed(terminal, "honours", "2026").places == (), "one month is not six"


def test_shares_are_a_reference_of_all(terminal: Terminal) -> None:
    _earn(terminal, HOUSE, 30)
    _earn(terminal, OTHER, 60)
    shares = {one.household: one.share for one in honours.dividend(terminal, "2026")}
    assert shares == {HOUSE: 3_333, OTHER: 6_667}


def test_the_register_keeps_what_was_withdrawn(terminal: Terminal) -> None:
    made = honours.give(terminal, HOUSE, "best-family", "banner", 2026, "R037A", "S037A")
    assert (made.title, made.level, made.year, made.held) == ("最美家庭", "banner", 2026, True)
    epoch, _, seq = made.entry.partition("-")
    honours.withdraw(terminal, int(epoch), int(seq), "mistake", "R037A", "S037A")
    assert [one.held for one in honours.register(terminal)] == [False]
    with pytest.raises(Refused, match="unknown-entry"):
        honours.withdraw(terminal, int(epoch), int(seq), "mistake", "R037A", "S037A")
    honours.give(terminal, HOUSE, "best-family", "banner", 2026, "R037A", "S037A")
    assert len(honours.register(terminal, HOUSE)) == 2
    assert honours.register(terminal, OTHER) == ()
    assert verify.rebuild(terminal).problems == ()


Act = Callable[[Terminal], object]


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda t: honours.give(t, HOUSE, "best", "banner", 2026, *PAIR), "unknown-honour"),
        (lambda t: honours.give(t, HOUSE, "best-family", "moon", 2026, *PAIR), "unknown-honour"),
        (lambda t: honours.give(t, "0379999", "best-family", "banner", 2026, *PAIR), "unknown-household"),
        (lambda t: honours.give(t, HOUSE, "best-family", "banner", 2027, *PAIR), "year-unreadable"),
        (lambda t: honours.give(t, HOUSE, "best-family", "banner", 2026, "R037A", "R037A"), "second-needed"),
        (lambda t: honours.give(t, HOUSE, "best-family", "banner", 2026, *TWO), "role-may-not"),
        (lambda t: honours.board(t, "last year"), "period-unreadable"),
        (lambda t: honours.listed(t, "rich-list", "2026"), "unknown-list"),
    ],
)
def test_refusals(terminal: Terminal, act: Act, code: str) -> None:
    with pytest.raises(Refused) as no:
        act(terminal)
    assert no.value.code == code
    assert honours.register(terminal) == ()


def test_the_same_honour_once(terminal: Terminal) -> None:
    honours.give(terminal, HOUSE, "best-family", "banner", 2026, *PAIR)
    with pytest.raises(Refused, match="honour-held"):
        honours.give(terminal, HOUSE, "best-family", "banner", 2026, *PAIR)
