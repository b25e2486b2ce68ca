"""A terminal and its county over a real line: everything goes up once, everything comes down once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kiosk.events import Bus
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, find, staff
from kiosk.services.terminal import Terminal
from kiosk.services.views import LineState
from kiosk.worker import Worker
from sync.client import SyncClient, exchange_once
from sync.county import cardbook, orderbook, registry
from sync.county.database import County
from sync.county.tables import flags, orders
from sync.county.verify import verify
from sync.transport import BadUrlError, checked_url
from tests.sync.places import HOUSEHOLDS, OPENING_TENTHS, PIN, journal_at, journal_of


def test_everything_comes_down_and_goes_up(county: County, terminal: Terminal) -> None:
    result = exchange_once(terminal)
    assert (result.ok, result.code, result.waiting) == (True, "", 0)
    assert result.orders == len(HOUSEHOLDS)
    assert find.by_number(terminal, HOUSEHOLDS[3], "forgot")[0].available_tenths == OPENING_TENTHS
    assert journal_of(terminal) == journal_at(county, 37)
    again = exchange_once(terminal)
    assert (again.ok, again.sent, again.received, again.orders) == (True, 0, 0, 0)
    with county.read() as conn:
        assert {row.state for row in conn.execute(select(orders))} == {"done"}
        assert conn.execute(select(flags)).all() == []
    report = verify(county, terminal.db.path)
    assert (report.ok, report.problems, report.compared) == (True, [], len(journal_of(terminal)))


def test_cards_staff_and_digests_work_at_the_terminal(county: County, terminal: Terminal) -> None:
    first = cardbook.issue_card(county, HOUSEHOLDS[0])
    second = cardbook.issue_card(county, HOUSEHOLDS[0])
    staff_card = registry.add_staff(county, "037", "G037B", "王芳", "grid", PIN)
    assert exchange_once(terminal).ok
    assert find.by_card(terminal, second).household == HOUSEHOLDS[0]
    with pytest.raises(Refused, match="card-revoked"):
        find.by_card(terminal, first)
    assert staff.sign_in(terminal, staff_card, PIN).role == "grid"
    assert find.by_digest(terminal, "150422197001010002").household == HOUSEHOLDS[1]
    cardbook.set_card_state(county, HOUSEHOLDS[0], 2, "lost")
    registry.revoke_staff(county, "G037B")
    assert exchange_once(terminal).ok
    with pytest.raises(Refused, match="card-lost"):
        find.by_card(terminal, second)
    with pytest.raises(Refused, match="staff-revoked"):
        staff.sign_in(terminal, "G037B", PIN)


def test_a_refused_order_is_closed_at_the_county(county: County, terminal: Terminal) -> None:
    order = orderbook.give_order(county, 37, do="dance", household=HOUSEHOLDS[0], amount_tenths=5)
    assert exchange_once(terminal).ok
    with county.read() as conn:
        row = conn.execute(select(orders).where(orders.c.order_id == order)).one()
    assert (row.state, row.code) == ("refused", "order-unknown")


def test_the_thread_publishes_how_the_line_stands(county: County, terminal: Terminal) -> None:
    bus = Bus()
    seen: list[LineState] = []
    bus.subscribe(LineState, seen.append)
    worker = Worker()
    worker.start()
    client = SyncClient(terminal, worker.call, bus)
    client.start()
    try:
        _until(bus, lambda: bool(seen) and seen[-1].online and seen[-1].waiting == 0)
        worker.call(deeds.earn, terminal, HOUSEHOLDS[0], "yard", 20, "M037A", "R037A")
        client.nudge()
        written = len(journal_of(terminal))
        _until(bus, lambda: len(journal_at(county, 37)) == written)
    finally:
        client.stop()
        worker.stop()


def test_a_line_that_is_down_says_so_and_loses_nothing(
    county: County, make_terminal: Callable[..., Terminal]
) -> None:
    terminal = make_terminal("lonely", "http://127.0.0.1:9")
    result = exchange_once(terminal)
    assert (result.ok, result.code) == (False, "no-line")
    assert journal_at(county, 37) == []


def test_back_off_has_full_jitter_and_a_ceiling(make_terminal: Callable[..., Terminal]) -> None:
    asked: list[tuple[float, float]] = []

    def highest(low: float, high: float) -> float:
        asked.append((low, high))
        return 0.0

    terminal = make_terminal("lonely", "http://127.0.0.1:9")
    worker = Worker()
    worker.start()
    bus = Bus()
    seen: list[LineState] = []
    bus.subscribe(LineState, seen.append)
    client = SyncClient(terminal, worker.call, bus, highest)
    client.start()
    try:
        _until(bus, lambda: len(asked) > 14)
    finally:
        client.stop()
        worker.stop()
    assert asked[:3] == [(0.0, 4.0), (0.0, 8.0), (0.0, 16.0)]
    assert asked[13] == (0.0, 600.0)
    assert not any(state.online for state in seen)


@pytest.mark.parametrize(
    "url", ["http://county.example", "ftp://127.0.0.1", "county", "http://", "http://127.0.0.1.example"]
)
def test_plain_http_goes_to_this_machine_only(url: str) -> None:
    with pytest.raises(BadUrlError):
        checked_url(url)


def _until(bus: Bus, holds: Callable[[], bool]) -> None:
    import time

    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        bus.drain()
        time.sleep(0.005)
