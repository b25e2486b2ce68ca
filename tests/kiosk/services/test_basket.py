"""Limits by period, member and points: what counts towards them and what does not."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import reserve, returns, void
from kiosk.services.redeem import quote, redeem
from kiosk.services.returns import Back
from kiosk.services.terminal import Terminal
from kiosk.words import Words
from tests.kiosk.services.desk import cap, place, refused, sound, with_rules
from tests.village import HandClock, Village, proof

YES = frozenset({"duplicate-charge"})
TWO = ("M037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)  # 2026-11-23, a Monday


def _take(terminal: Terminal, request: str, pieces: int, sku: str = "vinegar", who: str = "0370217") -> Any:
    return redeem(terminal, proof(who), ((sku, pieces),), "M037A", request, yes=YES)


def _next_day(terminal: Terminal, clock: HandClock, days: int = 1) -> None:
    clock.move(days=days)
    with terminal.write():
        pass


@pytest.mark.parametrize(
    ("caps", "code", "limit", "wait"),
    [
        ({"most": {"day": 2}}, "over-limit-day", 2, 1),
        ({"most": {"week": 2}}, "over-limit-week", 2, 6),
        ({"most": {"quarter": 2}}, "over-limit-quarter", 2, 0),
        ({"most": {"year": 2}}, "over-limit-year", 2, 0),
        ({"limit": 2}, "over-limit", 2, 7),
    ],
)
def test_a_period_of_each_length(
    terminal: Terminal, clock: HandClock, caps: dict[str, Any], code: str, limit: int, wait: int
) -> None:
    cap(terminal, "vinegar", **caps)
    _next_day(terminal, clock)
    _take(terminal, "r1", 2)
    no = refused(terminal, lambda: _take(terminal, "r2", 1))
    assert no == (code, {"item": "陈醋 500毫升", "limit": limit})
    assert Words("zh-CN")(f"refused.{no[0]}", **no[1]).startswith("陈醋 500毫升每户每")
    assert quote(terminal, proof(), (("vinegar", 1),)).refused == code
    assert _take(terminal, "r3", 2, who="0370301").charged_tenths == 40, "a neighbour has limits of his own"
    if wait:
        _next_day(terminal, clock, wait)
        assert _take(terminal, "r4", 1).charged_tenths == 20
    sound(terminal)


def test_members_count(terminal: Terminal, clock: HandClock) -> None:
    cap(terminal, "vinegar", most_each={"month": 1})
    _next_day(terminal, clock)
    _take(terminal, "r1", 4)  # four members
    assert refused(terminal, lambda: _take(terminal, "r2", 1))[0] == "over-limit"
    _take(terminal, "r3", 2, who="0370301")  # two members
    assert refused(terminal, lambda: _take(terminal, "r4", 1, who="0370301"))[1]["limit"] == 2


def test_the_tightest_cap_counts(terminal: Terminal, clock: HandClock) -> None:
    cap(terminal, "vinegar", most={"day": 1, "week": 5}, most_each={"year": 1})
    for request in ("r1", "r2", "r3", "r4"):
        _next_day(terminal, clock)
        _take(terminal, request, 1)
        assert refused(terminal, lambda: _take(terminal, "x", 1))[0] == "over-limit-day"
    _next_day(terminal, clock)
    assert refused(terminal, lambda: _take(terminal, "x", 1))[0] == "over-limit-year"


def test_what_came_back_is_forgotten_and_what_is_reserved_counts(
    terminal: Terminal, clock: HandClock
) -> None:
    cap(terminal, "vinegar", most={"month": 3})
    _next_day(terminal, clock)
    first = _take(terminal, "r1", 3)
    returns.take_back(terminal, *place(first.entry), [Back("vinegar", 2, "good")], "goods", *TWO)
    held = reserve.reserve(terminal, proof(), (("vinegar", 2),), "M037A", "r2")
    assert refused(terminal, lambda: _take(terminal, "r3", 1))[0] == "over-limit"
    reserve.release(terminal, *place(held.entry), "M037A")
    third = _take(terminal, "r4", 2)
    asked = void.ask(terminal, *place(third.entry), "mistake", "M037A")
    fourth = _take(terminal, "r5", 2)
    void.void(terminal, *place(fourth.entry), "mistake", *TWO)
    void.deny(terminal, *place(asked), "R037A")
    assert refused(terminal, lambda: _take(terminal, "r6", 1))[0] == "over-limit"
    sound(terminal)


def test_points_a_period(village: Village, terminal: Terminal, clock: HandClock) -> None:
    terminal = with_rules(village, terminal, clock, redeem_most_points=10, redeem_most_period="week")
    first = _take(terminal, "r1", 3)  # 6 points
    assert refused(terminal, lambda: _take(terminal, "r2", 3)) == ("over-points", {"left_tenths": 40})
    reserve.reserve(terminal, proof(), (("vinegar", 2),), "M037A", "r3")
    assert refused(terminal, lambda: _take(terminal, "r4", 1)) == ("over-points", {"left_tenths": 0})
    void.void(terminal, *place(first.entry), "mistake", *TWO)
    assert _take(terminal, "r5", 3).charged_tenths == 60
    assert _take(terminal, "r6", 20, who="0370900").charged_tenths == 400, "limits are off there"
    _next_day(terminal, clock, 7)
    assert refused(terminal, lambda: _take(terminal, "r7", 4)) == ("over-points", {"left_tenths": 60}), (
        "what is reserved counts on"
    )


def test_a_least_balance(village: Village, terminal: Terminal, clock: HandClock) -> None:
    terminal = with_rules(village, terminal, clock, redeem_least_points=10)
    _take(terminal, "r1", 1, who="0370301")  # has just ten
    assert refused(terminal, lambda: _take(terminal, "r2", 1, who="0370301")) == (
        "below-least",
        {"least_tenths": 100},
    )
