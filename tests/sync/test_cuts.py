"""The line breaks at every 64th byte, in either direction, twice in a row: nothing lost, nothing twice."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator

import psycopg
import pytest

from kiosk.services import deeds
from kiosk.services.terminal import Terminal
from sync.client import exchange_once
from sync.county import orderbook
from sync.county.database import County
from sync.county.serving import Serving
from sync.county.settings import CountySettings
from sync.county.verify import verify
from tests.sync.places import HOUSEHOLDS, journal_at, journal_of
from tests.sync.proxy import DOWN, UP, CuttingProxy

STEP_BYTES = 64
TIMES = 2  # the line comes back and breaks at the same byte again
DIRECTIONS = pytest.mark.parametrize("direction", [UP, DOWN])


@pytest.fixture
def proxy(serving: Serving) -> Iterator[CuttingProxy]:
    with CuttingProxy(serving.url) as running:
        yield running


@DIRECTIONS
def test_new_work_at_every_cut(
    county: County,
    county_settings: CountySettings,
    proxy: CuttingProxy,
    make_terminal: Callable[..., Terminal],
    direction: str,
) -> None:
    """Entries wait, the feed has news, the line breaks twice, then holds; then the next 64 bytes."""
    terminal = make_terminal("terminal", proxy.url)
    assert exchange_once(terminal).ok
    after = cuts = 0
    whole = False
    while not whole:
        _work(county, terminal, after // STEP_BYTES)
        proxy.cut(direction, after, TIMES)
        for _ in range(TIMES):
            result = exchange_once(terminal)
            whole = result.ok
            cuts += not whole
            assert whole or result.code in ("no-line", "county-nonsense"), result
        proxy.cut(direction, after, 0)
        result = exchange_once(terminal)
        assert (result.ok, result.waiting) == (True, 0)
        assert journal_at(county, 37) == journal_of(terminal)
        after += STEP_BYTES
    assert cuts >= 6 * TIMES
    _agree(county, county_settings, terminal)


@DIRECTIONS
def test_the_first_exchange_never_gets_through(
    county: County,
    county_settings: CountySettings,
    proxy: CuttingProxy,
    make_terminal: Callable[..., Terminal],
    direction: str,
) -> None:
    """The whole feed and the opening balances, cut ever later, twice each, until it passes."""
    terminal = make_terminal("terminal", proxy.url)
    after = cuts = 0
    while True:
        proxy.cut(direction, after, TIMES)
        results = [exchange_once(terminal) for _ in range(TIMES)]
        cuts += sum(not result.ok for result in results)
        if results[-1].ok:
            break
        after += STEP_BYTES
    assert cuts > 2 * TIMES * 5
    assert exchange_once(terminal).ok
    _agree(county, county_settings, terminal)


def test_an_answer_dropped_after_delivery_is_asked_for_again(
    county: County, proxy: CuttingProxy, make_terminal: Callable[..., Terminal]
) -> None:
    terminal = make_terminal("terminal", proxy.url)
    assert exchange_once(terminal).ok
    for number in range(5):
        _work(county, terminal, number)
        proxy.cut(DOWN, 0)
        result = exchange_once(terminal)
        assert not result.ok
        assert result.waiting > 0, "the terminal does not know"
        assert journal_at(county, 37) == journal_of(terminal), "but the county has it"
    result = exchange_once(terminal)
    assert (result.ok, result.waiting) == (True, 0)
    assert journal_at(county, 37) == journal_of(terminal)
    assert verify(county, terminal.db.path).ok


def _work(county: County, terminal: Terminal, number: int) -> None:
    for offset in range(3):
        household = HOUSEHOLDS[(number + offset) % len(HOUSEHOLDS)]
        deeds.earn(terminal, household, "yard", 20, "M037A", "R037A")
        orderbook.give_order(
            county, 37, do="earn", household=household, amount_tenths=5 + offset, rule="yard", why="visit"
        )


def _agree(county: County, settings: CountySettings, terminal: Terminal) -> None:
    """Both databases, read by their own plain clients, hold the same (terminal, epoch, seq, bytes)."""
    own = sqlite3.connect(terminal.db.path)
    theirs = [
        (json.loads(data)[0], epoch, seq, bytes(data))
        for epoch, seq, data in own.execute("SELECT epoch, seq, data FROM journal ORDER BY epoch, seq")
    ]
    own.close()
    dump = "SELECT terminal, epoch, seq, bytes FROM entries ORDER BY terminal, epoch, seq"
    if settings.database_url:
        with psycopg.connect(settings.database_url) as conn:
            ours = [(*row[:3], bytes(row[3])) for row in conn.execute(dump)]
    else:
        plain = sqlite3.connect(settings.data_dir / "county.db")
        ours = [(*row[:3], bytes(row[3])) for row in plain.execute(dump)]
        plain.close()
    assert ours == theirs
    report = verify(county, terminal.db.path)
    assert (report.ok, report.problems, report.flags) == (True, [], [])
