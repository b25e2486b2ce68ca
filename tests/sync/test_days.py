"""The county's word on the business day: the first of an epoch, and a help to whatever process comes next."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec
import pytest

from kiosk.ledger.entries import Entry, decode
from kiosk.services import day, identity
from kiosk.services.clock import day_after
from kiosk.services.terminal import Terminal, open_terminal
from sync.client import exchange_once
from sync.county.database import County
from sync.county.enrolment import make_code
from sync.county.serving import Serving
from sync.enrolling import enrol
from tests.sync.places import journal_of
from tests.village import HandClock

TODAY = "2026-11-23"
Reopen = Callable[[Terminal, HandClock], Terminal]


@pytest.fixture
def terminal(
    monkeypatch: pytest.MonkeyPatch, make_terminal: Callable[..., Terminal], serving: Serving
) -> Terminal:
    """Newly enrolled on the county's day `TODAY`."""
    monkeypatch.setattr(County, "today", lambda _county: TODAY)
    return make_terminal("terminal", serving.url)


@pytest.fixture
def reopen() -> Iterator[Reopen]:
    """Another process with that clock: whatever was opened before is closed."""
    opened: list[Terminal] = []

    def again(terminal: Terminal, clock: HandClock) -> Terminal:
        for one in (terminal, *opened):
            one.close()
        opened.append(open_terminal(terminal.settings, clock))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


@pytest.mark.parametrize("days", [3653, -3653, 8, -1])
@pytest.mark.parametrize("first", ["write", "exchange"])
def test_a_thrown_clock_does_not_choose_the_first_day(
    terminal: Terminal, reopen: Reopen, days: int, first: str
) -> None:
    thrown = reopen(terminal, HandClock(day_after(TODAY, days)))
    if first == "write":
        day.follow_clock(thrown)
    else:
        assert exchange_once(thrown).orders > 0  # carried out: the opening balances
    entries = _entries(thrown)
    assert {entry.day for entry in entries} == {TODAY}
    assert (entries[1].kind, entries[1].body) == ("day-open", {"by": "county"})


def test_a_clock_within_a_week_moves_on_from_it(terminal: Terminal, reopen: Reopen) -> None:
    later = reopen(terminal, HandClock(day_after(TODAY, 5)))
    day.follow_clock(later)
    opened = [(entry.day, entry.body["by"]) for entry in _entries(later) if entry.kind == "day-open"]
    assert opened == [(TODAY, "county"), (day_after(TODAY, 5), "clock")]


def test_the_day_comes_over_the_line(county: County, serving: Serving, terminal: Terminal) -> None:
    folder = terminal.settings.data_dir
    told = enrol(serving.url, make_code(county, "037"), folder).day
    assert told == identity.load(folder).day == TODAY


def test_what_one_process_was_told_helps_the_next(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal, reopen: Reopen
) -> None:
    behind = _left_behind(monkeypatch, terminal, reopen, days=30)
    clock = HandClock(TODAY)
    alone = reopen(behind, clock)
    day.follow_clock(alone)
    assert _day(alone) == day_after(TODAY, -30), "thirty days are more than a clock may say alone"
    assert exchange_once(reopen(alone, clock)).ok
    after = reopen(alone, clock)
    day.follow_clock(after)
    assert _day(after) == TODAY
    assert _entries(after)[-1].body == {"by": "county"}


def test_days_later_the_clock_goes_on_from_what_the_county_said(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal, reopen: Reopen
) -> None:
    behind = _told_in(_left_behind(monkeypatch, terminal, reopen, days=30), reopen, HandClock(TODAY))
    later = reopen(behind, HandClock(day_after(TODAY, 7)))
    day.follow_clock(later)
    assert _day(later) == day_after(TODAY, 7)


@pytest.mark.parametrize("days", [8, 3653, -3653])
def test_a_clock_that_the_county_contradicts_moves_nothing_far(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal, reopen: Reopen, days: int
) -> None:
    thrown = HandClock(day_after(TODAY, days))
    behind = _told_in(_left_behind(monkeypatch, terminal, reopen, days=30), reopen, HandClock(TODAY))
    after = reopen(behind, thrown)
    day.follow_clock(after)
    assert _day(after) == day_after(TODAY, -30), "it takes a person"
    assert day.open_by_person(after, day_after(TODAY, -1), "M037A") == day_after(TODAY, -1)


@pytest.mark.parametrize("days", [3653, -3653])
def test_with_a_thrown_clock_the_county_moves_it_day_by_day(
    monkeypatch: pytest.MonkeyPatch, terminal: Terminal, reopen: Reopen, days: int
) -> None:
    thrown = HandClock(day_after(TODAY, days))
    behind = _told_in(_left_behind(monkeypatch, terminal, reopen, days=7), reopen, thrown)
    after = reopen(behind, thrown)
    day.follow_clock(after)
    assert (_day(after), _entries(after)[-1].body) == (TODAY, {"by": "county"})


def _left_behind(monkeypatch: pytest.MonkeyPatch, terminal: Terminal, reopen: Reopen, days: int) -> Terminal:
    """The terminal after all it had to do was done `days` ago, the county's day then being the same."""
    ago = day_after(TODAY, -days)
    identity.save(terminal.settings.data_dir, msgspec.structs.replace(terminal.identity, day=ago))
    behind = reopen(terminal, HandClock(ago))
    with monkeypatch.context() as then:
        then.setattr(County, "today", lambda _county: ago)
        assert exchange_once(behind).orders > 0
    assert _day(behind) == ago
    return behind


def _told_in(terminal: Terminal, reopen: Reopen, clock: HandClock) -> Terminal:
    """What the county says comes down without an order or anything else that would write."""
    asked = reopen(terminal, clock)
    before = _day(asked)
    assert exchange_once(asked).ok
    assert _day(asked) == before
    return asked


def _entries(terminal: Terminal) -> list[Entry]:
    return [decode(data) for *_place, data in journal_of(terminal)]


def _day(terminal: Terminal) -> str:
    return _entries(terminal)[-1].day
