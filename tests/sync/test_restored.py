"""The county's database is put back from a backup: what it gives out afterwards reaches every terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, insert, select

from kiosk.ledger.refusals import Refused
from kiosk.services import feed, find
from kiosk.services import verify as own_verify
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from sync.client import exchange_once
from sync.county import cardbook, orderbook, pages, rules
from sync.county.database import County
from sync.county.serving import Serving
from sync.county.tables import feed_rows, flags, metadata, orders
from sync.county.verify import verify
from tests.sync import places
from tests.sync.places import HOUSEHOLDS, OPENING_TENTHS, journal_at, journal_of
from tests.sync.proxy import DOWN, CuttingProxy

Backup = dict[str, list[dict[str, Any]]]
AMOUNT_TENTHS = 30


def test_a_card_lost_after_the_restore_is_refused(county: County, terminal: Terminal) -> None:
    """The lost row stands at a position the terminal has already, with another row in it."""
    card = cardbook.issue_card(county, HOUSEHOLDS[0])
    assert exchange_once(terminal).ok
    backup = _backup(county)
    rules.import_rules(county, [places.rule(30)])
    assert exchange_once(terminal).received == 1
    _put_back(county, backup)
    cardbook.set_card_state(county, HOUSEHOLDS[0], 1, "lost")
    assert exchange_once(terminal).ok
    with pytest.raises(Refused, match="card-lost"):
        find.by_card(terminal, card)
    _same_feed(county, terminal)
    _clean(county, terminal, flagged=True)
    assert exchange_once(terminal).received == 0, "and it is over"


@pytest.mark.parametrize("given_after", [0, 1, 2, 5])
def test_orders_after_the_restore_are_carried_out_once(
    county: County, terminal: Terminal, given_after: int
) -> None:
    """Fewer, as many and more orders than were lost; those that were lost at the county stay done."""
    assert exchange_once(terminal).ok
    backup = _backup(county)
    lost = [_order(county) for _ in range(2)]
    assert exchange_once(terminal).orders == 2
    _put_back(county, backup)
    given = [_order(county) for _ in range(given_after)]
    assert not set(lost) & set(given)
    result = exchange_once(terminal)
    assert (result.ok, result.orders) == (True, given_after)
    later = _order(county)
    result = exchange_once(terminal)
    assert (result.ok, result.orders) == (True, 1)
    expected = OPENING_TENTHS + AMOUNT_TENTHS * (2 + given_after + 1)
    assert find.by_number(terminal, HOUSEHOLDS[0], "forgot")[0].available_tenths == expected
    with county.read() as conn:
        states = {row.order_id: row.state for row in conn.execute(select(orders))}
    assert {states[order] for order in (*given, later)} == {"done"}
    _same_feed(county, terminal)
    assert journal_at(county, 37) == journal_of(terminal)
    report = verify(county, terminal.db.path)
    assert (report.ok, report.problems, own_verify.verify(terminal).ok) == (True, [], True)
    # what the terminal had done before is taken, and shown: no order of the county's books asked for it
    assert [flag.split(": ")[1] for flag in report.flags] == [
        "feed-restored",
        "order-mismatch",
        "order-mismatch",
    ]


def test_a_terminal_that_knew_nothing_newer_goes_on(county: County, terminal: Terminal) -> None:
    assert exchange_once(terminal).ok
    backup = _backup(county)
    cardbook.issue_card(county, HOUSEHOLDS[0])
    _put_back(county, backup)
    cardbook.issue_card(county, HOUSEHOLDS[1])
    result = exchange_once(terminal)
    assert (result.ok, result.received) == (True, 1)
    _clean(county, terminal, flagged=False)


def test_the_line_is_cut_while_a_scope_is_taken_anew(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    """Two pages, cut ever later; a card lost before the backup is never good again in between."""
    with CuttingProxy(serving.url) as proxy:
        terminal = make_terminal("terminal", proxy.url)
        old = cardbook.issue_card(county, HOUSEHOLDS[0])
        rules.import_rules(county, [places.rule(20, f"yard-{number}") for number in range(600)])
        cardbook.set_card_state(county, HOUSEHOLDS[0], 1, "lost")
        card = cardbook.issue_card(county, HOUSEHOLDS[1])
        assert exchange_once(terminal).ok
        backup = _backup(county)
        rules.import_rules(county, [places.rule(30)])
        assert exchange_once(terminal).ok
        _put_back(county, backup)
        cardbook.set_card_state(county, HOUSEHOLDS[1], 1, "lost")
        order = _order(county)
        after = cuts = 0
        while True:
            proxy.cut(DOWN, after, 1)
            result = exchange_once(terminal)
            with pytest.raises(Refused, match="card-lost"):
                find.by_card(terminal, old)
            if result.ok:
                break
            cuts, after = cuts + 1, after + 1_500
        assert cuts > 3
        proxy.cut(DOWN, 0, 0)
        assert exchange_once(terminal).ok
        with pytest.raises(Refused, match="card-lost"):
            find.by_card(terminal, card)
        with terminal.read() as conn:
            done = [row for row in journal.everything(conn) if order.encode() in bytes(row.data)]
        assert len(done) == 1
        _same_feed(county, terminal)
        _clean(county, terminal, flagged=True)


def _order(county: County) -> str:
    return orderbook.give_order(
        county,
        37,
        do="earn",
        household=HOUSEHOLDS[0],
        amount_tenths=AMOUNT_TENTHS,
        rule="yard",
        why="visit",
    )


def _backup(county: County) -> Backup:
    with county.read() as conn:
        return {
            name: [dict(row) for row in conn.execute(select(table)).mappings()]
            for name, table in metadata.tables.items()
        }


def _put_back(county: County, backup: Backup) -> None:
    with county.write() as conn:
        for name, table in metadata.tables.items():
            conn.execute(delete(table))
            if backup[name]:
                conn.execute(insert(table), backup[name])


def _same_feed(county: County, terminal: Terminal) -> None:
    """Row by row, as far as the county goes."""
    with county.read() as conn, terminal.read() as own:
        for scope in ("county", "centre:037", "terminal:37"):
            rows = conn.execute(
                select(feed_rows.c.row).where(feed_rows.c.scope == scope).order_by(feed_rows.c.position)
            ).scalars()
            theirs = [bytes(row) for row in rows]
            assert [json.loads(row)[0] for row in theirs] == list(range(1, len(theirs) + 1))
            assert feed.position(own, scope) == len(theirs)
            assert [feed.stored(own, scope, pos) for pos in range(1, len(theirs) + 1)] == theirs


def _clean(county: County, terminal: Terminal, *, flagged: bool) -> None:
    assert journal_at(county, 37) == journal_of(terminal)
    report = verify(county, terminal.db.path)
    assert (report.ok, report.problems) == (True, [])
    assert report.flags == (["terminal 37 entry 1-0: feed-restored"] if flagged else [])
    assert own_verify.verify(terminal).ok
    with county.read() as conn:
        assert len(conn.execute(select(flags)).all()) == int(flagged)
    assert ("没有要核对的" in pages.front_page(county)) is not flagged
