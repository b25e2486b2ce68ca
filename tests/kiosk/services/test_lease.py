"""Cut off for long: a hundred points for each household until the county acknowledges again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from kiosk import config
from kiosk.ledger.refusals import Refused
from kiosk.services import arrivals, lease, moves
from kiosk.services.redeem import quote, redeem
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.services.void import void
from sync import outbox
from tests.kiosk.services.moving import introduce
from tests.village import HandClock, Village, proof

RICH = Proof(household="0370900", how="card:1")
URL = "http://127.0.0.1:9"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    terminal = village.stocked(clock=clock)
    terminal.settings = config.with_county_url(terminal.settings, URL)
    _acknowledge(terminal)
    return terminal


def test_a_hundred_points_behind_the_seventh_day(terminal: Terminal, clock: HandClock) -> None:
    _days(terminal, clock, 6)
    redeem(terminal, RICH, (("oil5", 10),), "M037A", "before")  # 350 points: nobody is limited yet
    _days(terminal, clock, 1)
    done = redeem(terminal, RICH, (("rice5", 4),), "M037A", "r1")  # 80
    assert _refused(terminal, (("soap", 7),)) == ("lease-over", {"left_tenths": 200})
    assert quote(terminal, RICH, (("soap", 7),)).refused_params == {"left": "20"}
    redeem(terminal, RICH, (("vinegar", 10),), "M037A", "r2")  # exactly the rest
    assert _refused(terminal, (("vinegar", 1),)) == ("lease-over", {"left_tenths": 0})
    redeem(terminal, proof(), (("soap", 1),), "M037A", "r3")  # another household has its own hundred
    void(terminal, *map(int, done.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    redeem(terminal, RICH, (("rice5", 4),), "M037A", "r4")
    _days(terminal, clock, 3)
    assert _refused(terminal, (("vinegar", 1),)) == ("lease-over", {"left_tenths": 0})


def test_the_next_acknowledgement_lifts_it(terminal: Terminal, clock: HandClock) -> None:
    _days(terminal, clock, 8)
    assert _refused(terminal, (("oil5", 3),))[0] == "lease-over"
    _acknowledge(terminal)
    redeem(terminal, RICH, (("oil5", 3),), "M037A", "r1")
    _days(terminal, clock, 6)
    redeem(terminal, RICH, (("oil5", 3),), "M037A", "r2")
    _days(terminal, clock, 1)
    assert _refused(terminal, (("oil5", 3),))[0] == "lease-over"


def test_part_of_it_acknowledged_is_not_enough(terminal: Terminal, clock: HandClock) -> None:
    _days(terminal, clock, 1)
    behind = _head(terminal)
    _days(terminal, clock, 7)
    _acknowledge(terminal, behind)
    assert _refused(terminal, (("oil5", 3),))[0] == "lease-over"
    _days(terminal, clock, 1)
    _acknowledge(terminal, behind + 2)  # six days are left behind it
    redeem(terminal, RICH, (("oil5", 3),), "M037A", "r1")


def test_points_to_another_centre_count_too(village: Village, terminal: Terminal, clock: HandClock) -> None:
    other = village.terminal(38, clock)
    introduce(terminal, other)
    _days(terminal, clock, 7)
    sent = moves.move_out(terminal, RICH.household, 600, 38, "M037A")
    with pytest.raises(Refused) as no:
        moves.move_out(terminal, RICH.household, 600, 38, "M037A")
    assert (no.value.code, no.value.params) == ("lease-over", {"left_tenths": 400})
    arrivals.move_in(other, sent.code, RICH, "M037A")
    back = moves.move_out(other, RICH.household, 600, 37, "M037A")
    arrivals.move_in(terminal, back.code, RICH, "M037A")
    assert _refused(terminal, (("soap", 14),)) == ("lease-over", {"left_tenths": 400}), (
        "no room by sending about"
    )


@pytest.mark.parametrize("changed", [{"lease_days": 0}, {"lease_points": 1000}])
def test_a_centre_may_set_it(terminal: Terminal, clock: HandClock, changed: dict[str, int]) -> None:
    rules = msgspec.structs.replace(terminal.settings.rules, **changed)
    terminal.settings = msgspec.structs.replace(terminal.settings, rules=rules)
    _days(terminal, clock, 9)
    redeem(terminal, RICH, (("oil5", 3),), "M037A", "r1")


def test_a_terminal_that_works_alone_waits_for_nobody(village: Village, clock: HandClock) -> None:
    alone = village.stocked(clock=clock)
    _days(alone, clock, 12)
    redeem(alone, RICH, (("oil5", 3),), "M037A", "r1")


@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_thrown_by_years_neither_ends_nor_begins_it(
    terminal: Terminal, clock: HandClock, years: int
) -> None:
    clock.move(days=365 * years)
    with terminal.write():
        pass
    redeem(terminal, RICH, (("oil5", 3),), "M037A", "r1")
    clock.move(days=-365 * years)
    _days(terminal, clock, 7)
    clock.move(days=365 * years)
    assert _refused(terminal, (("oil5", 3),))[0] == "lease-over"


def _days(terminal: Terminal, clock: HandClock, count: int) -> None:
    for _ in range(count):
        clock.move(days=1)
        with terminal.write():
            pass


def _head(terminal: Terminal) -> int:
    from kiosk.store import journal

    with terminal.read() as conn:
        head = journal.head(conn)
    assert head is not None
    return head.seq


def _acknowledge(terminal: Terminal, seq: int = 0) -> None:
    """As the line does when the county has answered."""
    with terminal.db.write() as conn:
        outbox.acknowledge(conn, 1, seq or _head(terminal))
        lease.ease(conn, 1, terminal.settings)


def _refused(terminal: Terminal, items: tuple[tuple[str, int], ...]) -> tuple[str, dict[str, Any]]:
    act: Callable[[], Any] = lambda: redeem(terminal, RICH, items, "M037A", "refused")  # noqa: E731
    with pytest.raises(Refused) as no:
        act()
    return no.value.code, no.value.params
