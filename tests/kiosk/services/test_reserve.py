"""Reservations: what they hold, how they end, once, by hand or by the days; never early by a wild clock."""

from __future__ import annotations

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import basket, collect, deeds, due, find, printing, reserve, sessions
from kiosk.services.history import history
from kiosk.services.sessions import SessionGood
from kiosk.services.terminal import Terminal
from kiosk.slips import document
from tests.kiosk.services.desk import entry_of, on_shelf, place, pots, refused, sound
from tests.village import HOUSEHOLDS, HandClock, Village, proof

A, B, C, D = (row[0] for row in HOUSEHOLDS)


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _hold(terminal: Terminal, who: str = A, pieces: int = 2, request: str = "") -> reserve.Reserved:
    return reserve.reserve(terminal, proof(who), (("soap", pieces),), "M037A", request or f"h{who}")


def _next(terminal: Terminal, clock: HandClock, days: int) -> None:
    clock.move(days=days)
    with terminal.write():
        pass
    due.follow(terminal)


def test_what_is_held_is_neither_spent_nor_there(terminal: Terminal) -> None:
    made = _hold(terminal)
    assert (made.queue, made.session, made.until) == (0, "", "2026-11-30")
    assert pots(terminal) == (325, 60)
    assert on_shelf(terminal, "soap") == 398
    assert find.account(terminal, proof()).held_tenths == 60
    with pytest.raises(Refused, match="not-enough-points"):
        _hold(terminal, pieces=11, request="more")
    assert _hold(terminal).repeated
    assert refused(terminal, lambda: _hold(terminal, pieces=3))[0] == "request-mismatch"
    sound(terminal)


def test_let_go_on_wish(terminal: Terminal, clock: HandClock) -> None:
    deeds.earn(terminal, A, "tidy-yard", 50, "G037A", "R037A")
    made = _hold(terminal)
    entry = entry_of(terminal, reserve.release(terminal, *place(made.entry), "G037A"))
    assert (entry.kind, entry.actor, entry.body["why"]) == ("release", "G037A", "wish")
    with terminal.read() as conn:
        assert dict(basket.buckets(conn, A)) == {"": 385, "2027-11-23": 50}
    assert on_shelf(terminal, "soap") == 400
    for act in (
        lambda: reserve.release(terminal, *place(made.entry), "M037A"),
        lambda: collect.collect(terminal, place(made.entry), "slip", "M037A", "c"),
    ):
        assert refused(terminal, act)[0] == "reservation-over"
    (gone,) = reserve.reservations(terminal, states=("released",))
    assert not gone.no_show
    sound(terminal)


def test_all_of_a_household_that_moves(terminal: Terminal) -> None:
    for request in ("h1", "h2"):
        _hold(terminal, request=request)
    _hold(terminal, B, 1)
    with terminal.write() as writing:
        assert reserve.release_all(writing, A, "M037A") == 2
    assert (pots(terminal), pots(terminal, B)) == ((385, 0), (70, 30))
    assert len(reserve.reservations(terminal)) == 1
    assert reserve.reservations(terminal, household_id=A) == ()
    sound(terminal)


def test_collected_once(terminal: Terminal) -> None:
    made = _hold(terminal)
    done = collect.collect(terminal, place(made.entry), "slip", "M037A", "c")
    assert collect.collect(terminal, place(made.entry), "slip", "M037A", "c").entry == done.entry
    twice = lambda: collect.collect(terminal, place(made.entry), "slip", "M037A", "d")  # noqa: E731
    assert refused(terminal, twice)[0] == "reservation-over"
    other = _hold(terminal, B)
    mixed = lambda: collect.collect(terminal, place(other.entry), "slip", "M037A", "c")  # noqa: E731
    assert refused(terminal, mixed)[0] == "request-mismatch"
    assert refused(terminal, lambda: reserve.release(terminal, 1, 1, "M037A"))[0] == "unknown-reservation"
    assert collect.of_household(terminal, A, "c") == place(made.entry), "the same request asks again"
    sound(terminal)


def test_by_the_code_on_the_slip(village: Village, terminal: Terminal) -> None:
    made = _hold(terminal)
    job = printing.take(terminal)
    assert job is not None
    assert collect.by_slip(terminal, job.content.qr) == place(made.entry)
    changed = job.content.qr.replace(":60:", ":61:")
    assert refused(terminal, lambda: collect.by_slip(terminal, changed))[0] == "slip-not-true"
    assert refused(terminal, lambda: collect.by_slip(terminal, village.card(A)))[0] == "slip-not-true"
    collect.collect(terminal, place(made.entry), "slip", "M037A", "c")
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 9)
        if job.slip != made.slip:
            assert "本次扣分" in str(document(job.content, job.copy))
            held = collect.by_slip(terminal, job.content.qr)
            no = refused(terminal, lambda at=held: collect.collect(terminal, at, "slip", "M037A", "d"))
            assert no[0] == "unknown-reservation", "a redemption's slip is no queue slip"


def test_after_some_days_it_goes_back_by_itself(terminal: Terminal, clock: HandClock) -> None:
    made = _hold(terminal)
    _next(terminal, clock, 7)
    assert pots(terminal) == (325, 60), "its last day is a day to collect"
    _next(terminal, clock, 1)
    assert pots(terminal) == (385, 0)
    assert on_shelf(terminal, "soap") == 400
    (gone,) = reserve.reservations(terminal, states=("released",))
    assert (gone.entry, gone.no_show) == (made.entry, True)
    last = history(terminal, A, 2)
    assert [(line.kind, line.amount_tenths, line.title) for line in last] == [
        ("release", 60, "肥皂×2"),
        ("hold", -60, "肥皂×2"),
    ]
    assert due.run(terminal) == 0
    sound(terminal)


def test_what_is_due_runs_in_slices(
    terminal: Terminal, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reserve, "RELEASES_A_SLICE", 2)
    for number in range(5):
        _hold(terminal, D, 1, f"h{number}")
    clock.move(days=7)
    with terminal.write():
        pass
    clock.move(days=1)
    with terminal.write():
        pass
    assert reserve.release_due(terminal) == 5
    assert pots(terminal, D) == (50_000, 0)
    sound(terminal)


@pytest.mark.parametrize("years", [-10, 10])
def test_a_thrown_clock_lets_nothing_go(
    village: Village, terminal: Terminal, clock: HandClock, years: int
) -> None:
    _hold(terminal)
    day = clock.day
    clock.day = day.replace(year=day.year + years)
    due.run(terminal)
    again = village.open(terminal.settings, clock)  # a restart under the wild clock
    due.run(again)
    _hold(again, B, 1)
    due.follow(again)
    assert pots(terminal) == (325, 60)
    assert reserve.reservations(terminal)[0].until == "2026-11-30"
    clock.day = day
    _next(terminal, clock, 7)
    _next(terminal, clock, 1)
    assert [pots(terminal, who) for who in (A, B)] == [(385, 0), (100, 0)]
    sound(terminal)


def test_a_year_of_no_shows(terminal: Terminal, clock: HandClock) -> None:
    """Twelve collective days, nobody ever comes: at the end everything is where it was."""
    before = [pots(terminal, who) for who in (A, B, D)]
    for month in range(12):
        today = clock.today()
        good = SessionGood(sku="soap", price_tenths=25, quota=9)
        day = sessions.open_new(terminal, today, today, today, 3, [good], "M037A")
        for who in (A, B, D):
            made = (terminal, proof(who), (("soap", 3),), "M037A", f"h{month}{who}")
            reserve.reserve(*made, session=place(day.entry))
        assert sum(pots(terminal, who)[1] for who in (A, B, D)) == 225
        for _ in range(4):
            _next(terminal, clock, 7)
        _next(terminal, clock, 2)
    gone = reserve.reservations(terminal, states=("released",))
    assert len(gone) == 36
    assert all(one.no_show for one in gone)
    assert [pots(terminal, who) for who in (A, B, D)] == before
    assert on_shelf(terminal, "soap") == 400
    sound(terminal)


def test_the_queue_slip(terminal: Terminal) -> None:
    good = SessionGood(sku="soap", price_tenths=25)
    day = sessions.open_new(terminal, "2026-11-26", "2026-11-23", "2026-11-25", 3, [good], "M037A")
    made = reserve.reserve(terminal, proof(A), (("soap", 2),), "M037A", "h", session=place(day.entry))
    job = printing.take(terminal)
    assert job is not None
    text = str(document(job.content, "resident"))
    for part in ("集中兑换排队凭条", "1 号", "2026-11-26", "2026-12-03", "肥皂", made.slip, "张＊山"):
        assert part in text, part
