"""The feed: no gap, no row twice, nonsense refused whole, every order carried out once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk.ledger.entries import decode
from kiosk.ledger.refusals import Refused
from kiosk.services import feed, find, verify
from kiosk.services.terminal import Terminal
from kiosk.store import journal
from kiosk.store.tables import FEED_TABLES, feed_row, order_open
from tests.village import HandClock, Village, order, proof, rows, send

HOUSE = "0370217"


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_a_page_that_comes_again_changes_nothing(terminal: Terminal) -> None:
    page = rows([("order", order("a", HOUSE, 10)), ("order", order("b", HOUSE, 20))], 4)
    assert feed.store_page(terminal, "terminal:37", 4, page) == 5
    assert feed.carry_out(terminal) == 2
    before = _state(terminal)
    assert feed.store_page(terminal, "terminal:37", 4, page) == 5
    assert feed.store_page(terminal, "terminal:37", 5, page[1:]) == 5
    assert feed.carry_out(terminal) == 0
    assert _state(terminal) == before


def test_an_overlapping_page_adds_what_is_new(terminal: Terminal) -> None:
    page = rows([("order", order(name, HOUSE, 10)) for name in "abc"], 4)
    feed.store_page(terminal, "terminal:37", 4, page[:2])
    assert feed.store_page(terminal, "terminal:37", 4, page) == 6
    assert feed.carry_out(terminal) == 3


def test_a_gap_is_refused_and_nothing_is_stored(terminal: Terminal) -> None:
    before = _state(terminal)
    with pytest.raises(Refused) as no:
        feed.store_page(terminal, "terminal:37", 6, rows([("order", order("x", HOUSE, 10))], 6))
    assert (no.value.code, no.value.params["have"]) == ("feed-gap", 3)
    assert _state(terminal) == before


def _household(**change: Any) -> bytes:
    body = {"hh": "0370400", "name": "新户", "members": 2, "pinyin": "xh", "home": 37, "digest": []}
    return json.dumps([1, "household", {**body, **change}]).encode()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"nonsense",
        b"[1,2]",
        b'{"pos":1}',
        b"[" * 5000,
        b'[2,"household",{}]',
        b'[1,"household",{}]',
        b'[1,"household",null]',
        b'[1,["household"],{}]',
        _household(name=None),
        _household(members="many"),
        _household(members=10**30),
        _household(digest="ab"),
        _household(home=-1),
        b'[1,"card",{"hh":"0370217","serial":1,"state":"golden"}]',
        b'[1,"goods",{"sku":"soap","price":-5}]',
        b'[1,"order",{"do":"earn"}]',
        b'[1,"order",{"order":7}]',
    ],
)
def test_nonsense_is_refused_whole(terminal: Terminal, data: bytes) -> None:
    before = _state(terminal)
    with pytest.raises(Refused) as no:
        feed.store_page(terminal, "centre:037", 1, [data])
    assert no.value.code == "feed-unreadable"
    assert _state(terminal) == before


def test_one_bad_row_takes_the_whole_page_with_it(terminal: Terminal) -> None:
    before = _state(terminal)
    good = rows([("card", {"hh": HOUSE, "serial": 2, "state": "active"})])
    with pytest.raises(Refused):
        feed.store_page(terminal, "centre:037", 1, [*good, b"nonsense"])
    assert _state(terminal) == before


def test_rows_of_a_kind_from_the_future_are_kept(terminal: Terminal) -> None:
    assert send(terminal, "county", ("weather", {"sun": True})) > 0
    with terminal.read() as conn:
        kept = [row.data for row in conn.execute(feed_row.select())]
    assert any(b'"weather"' in data for data in kept)


def test_unknown_fields_of_a_known_kind_do_no_harm(terminal: Terminal) -> None:
    send(terminal, "county", ("card", {"hh": HOUSE, "serial": 2, "state": "active", "colour": "red"}))


def test_an_order_is_carried_out_once_for_ever(terminal: Terminal) -> None:
    send(terminal, "terminal:37", ("order", order("bonus", HOUSE, 50)))
    assert feed.carry_out(terminal) == 1
    send(terminal, "terminal:37", ("order", order("bonus", HOUSE, 50)))  # given again at a later place
    assert feed.carry_out(terminal) == 0
    assert find.account(terminal, proof()).available_tenths == 385 + 50
    verify.rebuild(terminal)
    assert feed.carry_out(terminal) == 0
    assert find.account(terminal, proof()).available_tenths == 385 + 50


def test_an_order_that_waits_stands_once(terminal: Terminal) -> None:
    send(terminal, "terminal:37", ("order", order("bonus", HOUSE, 50)))
    send(terminal, "terminal:37", ("order", order("bonus", HOUSE, 50)))
    assert feed.carry_out(terminal) == 1
    assert find.account(terminal, proof()).available_tenths == 385 + 50


def test_orders_to_deduct_leave_a_debt(terminal: Terminal) -> None:
    send(terminal, "terminal:37", ("order", order("fine", HOUSE, 400, "deduct")))
    feed.carry_out(terminal)
    account = find.account(terminal, proof())
    assert (account.available_tenths, account.owed_tenths) == (0, 15)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"do": "steal"}, "order-unknown"),
        ({"amount": 0}, "order-unknown"),
        ({"amount": -5}, "order-unknown"),
        ({"amount": 1.5}, "order-unknown"),
        ({"amount": "10"}, "order-unknown"),
        ({"amount": 10**30}, "order-unknown"),
        ({"hh": "nobody"}, "order-unknown"),
        ({"rule": None}, "order-unknown"),
        ({"expires": "soon"}, "order-unknown"),
        ({"expires": "2026-99-99"}, "order-unknown"),
        ({"deed": "2026-02-30"}, "order-unknown"),
        ({"why": "x" * 100_000}, "order-unknown"),
        ({"why": "给张大山的"}, "order-unknown"),
        ({"hh": "0380001"}, "not-home"),
    ],
)
def test_an_order_that_can_not_be_is_answered_and_closed(
    terminal: Terminal, change: dict[str, Any], code: str
) -> None:
    body = {"hh": "0380001", "name": "外村人", "members": 1, "pinyin": "", "home": 38, "digest": []}
    send(terminal, "centre:038", ("household", body))
    send(terminal, "terminal:37", ("order", {**order("odd", HOUSE, 50), **change}))
    send(terminal, "terminal:37", ("order", order("fine", HOUSE, 50)))
    assert feed.carry_out(terminal) == 2
    with terminal.read() as conn:
        entries = [decode(row.data) for row in journal.everything(conn)]
        assert not conn.execute(order_open.select()).all()
    assert entries[-2].kind == "order-refused"
    assert entries[-2].body == {"order": "odd", "code": code}
    assert entries[-1].kind == "earn"
    assert find.account(terminal, proof()).available_tenths == 385 + 50
    assert verify.verify(terminal).ok


def test_an_order_waits_for_its_household(terminal: Terminal) -> None:
    send(terminal, "terminal:37", ("order", order("early", "0370555", 70)), ("order", order("now", HOUSE, 5)))
    assert feed.carry_out(terminal) == 1
    body = {"hh": "0370555", "name": "新来的", "members": 1, "pinyin": "xl", "home": 37, "digest": []}
    send(terminal, "centre:037", ("household", body))
    assert feed.carry_out(terminal) == 1
    assert find.account(terminal, proof("0370555")).available_tenths == 70


def test_orders_are_carried_out_in_slices(terminal: Terminal) -> None:
    send(terminal, "terminal:37", *(("order", order(f"o{n}", HOUSE, 1)) for n in range(120)))
    assert [feed.carry_out(terminal) for _ in range(4)] == [50, 50, 20, 0]


def test_the_feed_is_rebuilt_as_it_came(terminal: Terminal) -> None:
    """The same good from two scopes: what came last counts, whatever the scopes are called."""
    body = {"sku": "soap", "name": "肥皂", "unit": "块", "price": 45, "barcode": "", "picture": "soap"}
    fields = {**body, "category": "daily", "limit": 0, "from": "", "version": 2}
    send(terminal, "centre:037", ("goods", fields))
    send(terminal, "county", ("goods", {**fields, "price": 50}))
    send(terminal, "centre:037", ("goods", {**fields, "price": 55}))
    found = verify.rebuild(terminal)
    assert (found.ok, found.problems) == (True, ())


def _state(terminal: Terminal) -> list[Any]:
    with terminal.read() as conn:
        head = journal.head(conn)
        tables = [sorted(map(repr, conn.execute(table.select()))) for table in (*FEED_TABLES, feed_row)]
        positions = [feed.position(conn, scope) for scope in ("county", "centre:037", "terminal:37")]
    return [head, positions, tables]
