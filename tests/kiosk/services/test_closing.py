"""日结 and 月结: figures from the entries alone, late ones named once, nothing blocked."""

from __future__ import annotations

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import closing, deeds, verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal
from kiosk.services.void import void
from kiosk.store.tables import FOLD_TABLES
from tests.village import HandClock, Village, proof

TWO = ("M037A", "R037A")
FREE = "0370900"  # a household without limits


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _redeem(terminal: Terminal, request: str) -> str:
    return redeem(terminal, proof(FREE), (("soap", 2),), "M037A", request).entry


def test_a_day_says_what_happened(terminal: Terminal, clock: HandClock) -> None:
    clock.move(days=1)
    first = _redeem(terminal, "a")
    _redeem(terminal, "b")
    epoch, _, seq = first.partition("-")
    void(terminal, int(epoch), int(seq), "mistake", *TWO)
    deeds.earn(terminal, FREE, "tidy-yard", 25, *TWO)
    before = closing.preview(terminal)
    done = closing.close(terminal, "", 3, "M037A")
    assert (before.points, before.counts) == (done.points, done.counts)
    assert done.period == "2026-11-24"
    assert done.points == {"spent": 120, "given-back": 60, "issued": 25}
    assert done.counts == {
        "redemptions": 2,
        "voids": 1,
        "earnings": 1,
        "pieces-out": 4,
        "pieces-in": 2,
        "slips": 3,
    }
    assert (done.stubs, done.stubs_missing, done.late_counts) == (3, 0, {})
    assert verify.verify(terminal).ok


def test_what_comes_late_is_named_once_in_the_next_closing(terminal: Terminal, clock: HandClock) -> None:
    clock.move(days=1)
    _redeem(terminal, "a")
    closing.close(terminal, "", None, "M037A")
    _redeem(terminal, "late")
    clock.move(days=1)
    _redeem(terminal, "b")
    second = closing.close(terminal, "", 0, "M037A")
    assert (second.points, second.late_points) == ({"spent": 60}, {"spent": 60})
    assert second.late_counts["redemptions"] == 1
    assert second.stubs_missing == 1
    clock.move(days=1)
    _redeem(terminal, "c")
    third = closing.close(terminal, "", None, "M037A")
    assert (third.late_points, third.late_counts) == ({}, {})
    assert third.points == {"spent": 60}


def test_a_month_closed_later_misses_nothing_of_the_next(terminal: Terminal, clock: HandClock) -> None:
    _redeem(terminal, "november")
    clock.move(days=7)
    with terminal.write():
        pass
    clock.move(days=2)
    _redeem(terminal, "december")
    november = closing.close(terminal, "2026-11", None, "M037A")
    assert november.points["spent"] == 60
    december = closing.close(terminal, "2026-12", None, "M037A")
    assert december.points["spent"] == 60
    assert december.late_points == {}
    assert [one.period for one in closing.closed(terminal)] == ["2026-12", "2026-11"]


@pytest.mark.parametrize(
    ("period", "stubs", "actor", "code"),
    [
        ("2026-13", None, "M037A", "period-unreadable"),
        ("yesterday", None, "M037A", "period-unreadable"),
        ("2026-11-24", None, "M037A", "not-begun-yet"),
        ("2026-12", None, "M037A", "not-begun-yet"),
        ("", -1, "M037A", "absurd-quantity"),
        ("", None, "R037A", "role-may-not"),
    ],
)
def test_refusals(terminal: Terminal, period: str, stubs: int | None, actor: str, code: str) -> None:
    with pytest.raises(Refused) as no:
        closing.close(terminal, period, stubs, actor)
    assert no.value.code == code
    assert closing.closed(terminal) == ()


def test_a_period_is_closed_once(terminal: Terminal) -> None:
    closing.close(terminal, "", None, "M037A")
    with pytest.raises(Refused) as no:
        closing.close(terminal, "2026-11-23", None, "M037A")
    assert no.value.code == "closed-already"
    _redeem(terminal, "goes-on")
    assert verify.rebuild(terminal).problems == ()
    assert len(FOLD_TABLES) == len(set(FOLD_TABLES))
