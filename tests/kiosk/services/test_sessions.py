"""Collective days: announced, reserved for by business day, served by number, within places and quotas."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import collect, picklist, printing, reserve, sessions
from kiosk.services.redeem import redeem
from kiosk.services.sessions import Session, SessionGood
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.slips import document
from tests.kiosk.services.desk import entry_of, on_shelf, place, pots, refused, sound
from tests.village import HOUSEHOLDS, HandClock, Village, proof

A, B, C, D = (row[0] for row in HOUSEHOLDS)
GOODS = (
    SessionGood(sku="rice5", price_tenths=150, quota=3, most=2),
    SessionGood(sku="soap", price_tenths=25),
)


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def _announce(terminal: Terminal, places: int = 10, **days: str) -> Session:
    on = {"day": "2026-11-26", "opens": "2026-11-23", "closes": "2026-11-25"} | days
    return sessions.open_new(terminal, on["day"], on["opens"], on["closes"], places, GOODS, "M037A")


def _reserve(terminal: Terminal, session: Session, who: str, *items: tuple[str, int]) -> reserve.Reserved:
    made = (terminal, proof(who), items or (("soap", 1),), "M037A", f"h{who}")
    return reserve.reserve(*made, session=place(session.entry))


def _day(terminal: Terminal, clock: HandClock, day: int) -> None:
    clock.day = clock.day.replace(day=day)
    with terminal.write():
        pass


def test_a_day_from_its_announcement_to_the_counter(terminal: Terminal, clock: HandClock) -> None:
    day = _announce(terminal)
    assert (day.places, day.taken, day.state, day.goods) == (10, 0, "open", GOODS)
    first = _reserve(terminal, day, A, ("rice5", 1), ("soap", 2))
    second = _reserve(terminal, day, B)
    assert [(one.queue, one.amount_tenths, one.until) for one in (first, second)] == [
        (1, 200, "2026-12-03"),
        (2, 25, "2026-12-03"),
    ]
    assert (first.available_tenths, pots(terminal, A)) == (185, (185, 200))
    assert on_shelf(terminal, "soap") == 397
    assert entry_of(terminal, first.entry).body["lines"][0][2] == 150
    (found,) = sessions.sessions(terminal)
    assert (found.taken, found.reserved) == (2, {"rice5": 1, "soap": 3})
    sound(terminal)
    early = refused(terminal, lambda: collect.of_household(terminal, A))
    assert early[0] == "unknown-reservation"
    assert refused(terminal, lambda: collect.collect(terminal, place(first.entry), "slip", "M037A", "c")) == (
        "session-not-yet",
        {"day": "2026-11-26"},
    )
    _day(terminal, clock, 26)
    done = collect.collect(terminal, collect.of_household(terminal, A), "card:1", "M037A", "c")
    assert (done.charged_tenths, done.before_tenths, done.available_tenths) == (200, 385, 185)
    assert pots(terminal, A) == (185, 0)
    assert entry_of(terminal, done.entry).body["session"] == day.entry
    sound(terminal)


def test_prices_stay_as_reserved(terminal: Terminal, clock: HandClock) -> None:
    from tests.kiosk.services.desk import cap

    plain = reserve.reserve(terminal, proof(A), (("soap", 2),), "M037A", "h")
    cap(terminal, "soap")
    with terminal.db.write() as conn:
        conn.exec_driver_sql("UPDATE goods SET price = 90 WHERE counts_from > ''")
    _day(terminal, clock, 24)
    done = collect.collect(terminal, place(plain.entry), "slip", "M037A", "c")
    assert done.charged_tenths == 60
    assert [line.item.price_tenths for line in done.lines] == [30]


def test_the_days_to_reserve(terminal: Terminal, clock: HandClock) -> None:
    day = _announce(terminal, opens="2026-11-24")
    when = ("session-not-open", {"first": "2026-11-24", "last": "2026-11-25"})
    assert refused(terminal, lambda: _reserve(terminal, day, A)) == when
    _day(terminal, clock, 25)
    _reserve(terminal, day, A)
    _day(terminal, clock, 26)
    assert refused(terminal, lambda: _reserve(terminal, day, B)) == when
    sessions.close(terminal, *place(day.entry), "M037A")
    assert refused(terminal, lambda: _reserve(terminal, day, B))[0] == "session-closed"
    assert (
        refused(terminal, lambda: sessions.close(terminal, *place(day.entry), "M037A"))[0] == "session-closed"
    )
    assert collect.collect(terminal, collect.of_household(terminal, A), "card:1", "M037A", "c").slip
    sound(terminal)


def test_places_and_quotas(terminal: Terminal) -> None:
    day = _announce(terminal, places=2)
    no = refused(terminal, lambda: _reserve(terminal, day, D, ("rice5", 3)))
    assert no == ("session-most", {"item": "大米 5公斤", "limit": 2})
    _reserve(terminal, day, D, ("rice5", 2))
    no = refused(terminal, lambda: _reserve(terminal, day, A, ("rice5", 2)))
    assert no == ("session-quota", {"item": "大米 5公斤", "left": 1})
    no = refused(terminal, lambda: _reserve(terminal, day, A, ("vinegar", 1)))
    assert no == ("session-good", {"item": "陈醋 500毫升"})
    again = (terminal, proof(D), (("soap", 1),), "M037A", "again")
    twice = lambda: reserve.reserve(*again, session=place(day.entry))  # noqa: E731
    assert refused(terminal, twice)[0] == "reserved-already"
    held = _reserve(terminal, day, A, ("rice5", 1))
    assert refused(terminal, lambda: _reserve(terminal, day, B))[0] == "session-full"
    reserve.release(terminal, *place(held.entry), "M037A")
    third = _reserve(terminal, day, B)
    assert third.queue == 3, "a number is never given twice"
    sound(terminal)


def test_walking_in_on_the_day(terminal: Terminal, clock: HandClock) -> None:
    day = _announce(terminal, places=2)
    _reserve(terminal, day, A)
    walk = (proof(D), (("rice5", 2),), "M037A", "w", place(day.entry))
    assert refused(terminal, lambda: collect.walk_in(terminal, *walk))[0] == "session-not-open"
    _day(terminal, clock, 26)
    done = collect.walk_in(terminal, *walk)
    assert (done.charged_tenths, done.before_tenths, done.available_tenths) == (300, 50_000, 49_700)
    assert collect.walk_in(terminal, *walk).repeated
    other = (proof(D), (("rice5", 1),), "M037A", "w", place(day.entry))
    assert refused(terminal, lambda: collect.walk_in(terminal, *other))[0] == "request-mismatch"
    full = (proof(B), (("soap", 1),), "M037A", "x", place(day.entry))
    assert refused(terminal, lambda: collect.walk_in(terminal, *full))[0] == "session-full"
    assert on_shelf(terminal, "rice5") == 398
    sound(terminal)


def test_the_price_of_the_day_is_for_the_day_alone(terminal: Terminal, clock: HandClock) -> None:
    _announce(terminal)
    _day(terminal, clock, 26)
    assert redeem(terminal, proof(A), (("rice5", 1),), "M037A", "r").charged_tenths == 200


def test_limits_of_the_month_do_not_count_it(terminal: Terminal, clock: HandClock) -> None:
    day = _announce(terminal)
    _reserve(terminal, day, D, ("rice5", 2))
    _reserve(terminal, day, A, ("rice5", 1))
    _day(terminal, clock, 26)
    collect.collect(terminal, collect.of_household(terminal, A), "card:1", "M037A", "c")
    with pytest.raises(Exception, match="not-enough-points"):
        redeem(terminal, proof(A), (("rice5", 2),), "M037A", "r")


@pytest.mark.parametrize(
    ("days", "places", "goods", "code"),
    [
        (("2026-11-26", "2026-11-25", "2026-11-24"), 9, GOODS, "session-days"),
        (("2026-11-26", "2026-11-25", "2026-11-27"), 9, GOODS, "session-days"),
        (("2026-11-22", "2026-11-20", "2026-11-21"), 9, GOODS, "session-days"),
        (("2026-11-26", "today", "2026-11-25"), 9, GOODS, "day-unreadable"),
        (("2026-11-26", "2026-11-23", "2026-11-25"), 0, GOODS, "session-goods"),
        (("2026-11-26", "2026-11-23", "2026-11-25"), 9, (), "session-goods"),
        (("2026-11-26", "2026-11-23", "2026-11-25"), 9, GOODS * 2, "session-goods"),
        (
            ("2026-11-26", "2026-11-23", "2026-11-25"),
            9,
            (SessionGood(sku="soap", price_tenths=-1),),
            "session-goods",
        ),
        (
            ("2026-11-26", "2026-11-23", "2026-11-25"),
            9,
            (SessionGood(sku="caviar", price_tenths=1),),
            "unknown-goods",
        ),
    ],
)
def test_what_is_no_collective_day(
    terminal: Terminal, days: tuple[str, str, str], places: int, goods: Any, code: str
) -> None:
    act = lambda: sessions.open_new(terminal, *days, places, goods, "M037A")  # noqa: E731
    assert refused(terminal, act)[0] == code


def test_who_may_announce(terminal: Terminal) -> None:
    act = lambda: sessions.open_new(terminal, "2026-11-26", "2026-11-23", "2026-11-25", 9, GOODS, "G037A")  # noqa: E731
    assert refused(terminal, act)[0] == "role-may-not"
    for unknown in ((1, 1), (9, 9)):
        no = refused(terminal, lambda at=unknown: sessions.close(terminal, *at, "M037A"))
        assert no[0] == "unknown-session"


def test_the_pick_list(terminal: Terminal, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    day = _announce(terminal)
    nobody = refused(terminal, lambda: picklist.print_picklist(terminal, *place(day.entry), "M037A"))
    assert nobody[0] == "nothing-reserved"
    _reserve(terminal, day, A, ("rice5", 1), ("soap", 2))
    _reserve(terminal, day, B, ("soap", 3))
    gone = _reserve(terminal, day, D)
    reserve.release(terminal, *place(gone.entry), "M037A")
    found = picklist.picklist(terminal, *place(day.entry))
    assert [(bag.queue, bag.household) for bag in found.bags] == [(1, A), (2, B)]
    assert [(line.item.sku, line.qty, line.total_tenths) for line in found.goods] == [
        ("rice5", 1, 150),
        ("soap", 5, 125),
    ]
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 9)
    monkeypatch.setattr(picklist, "MOST_BAGS_A_PAPER", 1)
    assert len(picklist.print_picklist(terminal, *place(day.entry), "M037A")) == 2
    papers = []
    while job := printing.take(terminal):
        assert job.copy == "stub"
        papers.append(str(document(job.content, job.copy)))
        printing.finish(terminal, job, "printed", "", 9)
    assert "1号 尾号0217 张＊山 大米 5公斤×1 肥皂×2" in papers[0]
    assert "2号 尾号0301 欧阳＊ 肥皂×3" in papers[1]
    sound(terminal)


def test_alone_with_a_card_for_a_day_that_comes(terminal: Terminal) -> None:
    assert sessions.upcoming(terminal) == ()
    later, day = (
        _announce(terminal, day="2026-12-10", opens="2026-12-01", closes="2026-12-09"),
        _announce(terminal),
    )
    assert [(one.entry, one.may_reserve) for one in sessions.upcoming(terminal)] == [
        (day.entry, True),
        (later.entry, False),
    ]
    made = reserve.reserve(terminal, proof(A), (("soap", 1),), "", "alone", session=place(day.entry))
    assert (made.queue, entry_of(terminal, made.entry).actor) == (1, "")
    told = Proof(household=B, how="desk:forgot")
    for act in (
        lambda: reserve.reserve(terminal, told, (("soap", 1),), "", "b", session=place(day.entry)),
        lambda: reserve.reserve(terminal, proof(B), (("soap", 1),), "", "b"),
    ):
        assert refused(terminal, act)[0] == "reserve-alone"
    sessions.close(terminal, *place(day.entry), "M037A")
    assert [one.entry for one in sessions.upcoming(terminal)] == [later.entry]
    sound(terminal)
