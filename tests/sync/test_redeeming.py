"""Reservations, voids in two steps, returns and limits at the county: known kinds, the same figures."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable

from sqlalchemy import Connection, select

from kiosk.services import collect, find, household_pin, reserve, returns, sessions, void
from kiosk.services.redeem import quote, redeem
from kiosk.services.sessions import SessionGood
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from sync.client import exchange_once
from sync.county import registry
from sync.county.books import read_balances
from sync.county.database import County
from sync.county.registry import Good, Household
from sync.county.serving import Serving
from sync.county.tables import redemptions, totals
from sync.county.verify import verify
from tests.kiosk.services.desk import place
from tests.sync.places import HOUSEHOLDS
from tests.village import receive

HOUSE = HOUSEHOLDS[0]
_requests = map(str, itertools.count(1))


def _stocked(make_terminal: Callable[..., Terminal], serving: Serving) -> Terminal:
    terminal = make_terminal("t37", serving.url)
    assert exchange_once(terminal).ok
    receive(terminal, "salt", 50, "", "finance", "M037A", "R037A")
    return terminal


def _proof(household: str = HOUSE) -> Proof:
    return Proof(household=household, how="desk:other")


def _salt(terminal: Terminal, pieces: int) -> tuple[int, int]:
    done = redeem(terminal, _proof(), (("salt", pieces),), "M037A", next(_requests))
    return place(done.entry)


def test_the_county_follows_the_desk(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    terminal = _stocked(make_terminal, serving)
    stands, gone, waits, back = (_salt(terminal, pieces) for pieces in (1, 2, 3, 4))
    denied = place(void.ask(terminal, *stands, "mistake", "M037A"))
    granted = place(void.ask(terminal, *gone, "mistake", "M037A"))
    void.ask(terminal, *waits, "mistake", "M037A")
    assert exchange_once(terminal).ok
    assert _voided(county) == {stands: True, gone: True, waits: True, back: False}
    void.deny(terminal, *denied, "R037A")
    void.grant(terminal, *granted, "R037A")
    both = [returns.Back("salt", 1, condition) for condition in returns.CONDITIONS]
    returns.take_back(terminal, *back, both, "goods", "M037A", "R037A")
    today = terminal.clock.today()
    day = sessions.open_new(
        terminal, today, today, today, 5, [SessionGood(sku="salt", price_tenths=10)], "M037A"
    )
    held = [
        reserve.reserve(terminal, _proof(who), (("salt", 2),), "M037A", f"h{who}", session=place(day.entry))
        for who in HOUSEHOLDS[:3]
    ]
    got = collect.collect(terminal, place(held[0].entry), "slip", "M037A", "c")
    reserve.release(terminal, *place(held[1].entry), "M037A")
    assert exchange_once(terminal).ok
    assert _voided(county) == {
        stands: False,
        gone: True,
        waits: True,
        back: False,
        place(got.entry): False,
    }
    for who in HOUSEHOLDS[:3]:
        account = find.account(terminal, _proof(who))
        with county.read() as conn:
            pots = _pots(conn, county, who)
        assert (pots["available"], pots["held"]) == (account.available_tenths, account.held_tenths)
    with county.read() as conn:
        counted = dict(conn.execute(select(totals.c.name, totals.c.value)).all())
    assert (counted["redemptions"], counted["pieces"]) == (3, 1 + 4 - 2 + 2)
    report = verify(county)
    assert (report.problems, report.flags) == ([], [])


def test_limits_come_down_with_the_goods(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    own = {"name": "一户", "members": 2, "home": 37, "opening_tenths": 900}
    registry.add_households(county, [Household(household="0370999", **own)])
    registry.add_goods(
        county,
        [
            Good(
                sku="tea",
                name="茶",
                unit="盒",
                price_tenths=10,
                barcode="6901234567915",
                most={"week": 3},
                most_each={"year": 1},
            )
        ],
    )
    terminal = _stocked(make_terminal, serving)
    receive(terminal, "tea", 9, "", "finance", "M037A", "R037A")
    assert quote(terminal, _proof("0370999"), (("tea", 4),)).refused == "over-limit-week"
    assert quote(terminal, _proof("0370999"), (("tea", 3),)).refused == "over-limit-year"
    assert quote(terminal, _proof("0370999"), (("tea", 2),)).refused == ""


def test_a_pin_goes_up_as_a_hash(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    terminal = _stocked(make_terminal, serving)
    found = find.by_digest(terminal, f"15042219700101{HOUSE[-4:]}")
    household_pin.set_pin(terminal, found.proof, "135790", "M037A")
    assert exchange_once(terminal).ok
    report = verify(county)
    assert (report.problems, report.flags) == ([], [])


def _voided(county: County) -> dict[tuple[int, int], bool]:
    with county.read() as conn:
        return {(row.epoch, row.seq): row.voided for row in conn.execute(select(redemptions))}


def _pots(conn: Connection, county: County, household: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for (_, pot, _), tenths in read_balances(conn, county.code, [household]).items():
        found[pot] += tenths
    return found
