"""A card reported lost or issued at one terminal: the county hears it and every other terminal follows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kiosk.ledger.refusals import Refused
from kiosk.services import cards, find, staff, staffing
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from sync.client import exchange_once
from sync.county import cardbook, registry
from sync.county.database import County
from sync.county.serving import Serving
from sync.county.tables import cards as county_cards
from sync.county.tables import flags
from sync.county.tables import staff as county_staff
from tests.sync.places import HOUSEHOLDS, PIN

HOUSE = HOUSEHOLDS[0]


def _states(county: County) -> dict[int, str]:
    with county.read() as conn:
        rows = conn.execute(select(county_cards).where(county_cards.c.household == HOUSE))
        return {row.serial: row.state for row in rows}


def test_lost_here_and_stopped_there(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    home, guest = make_terminal("home", serving.url), make_terminal("guest", serving.url, "038")
    first = cardbook.issue_card(county, HOUSE)
    for terminal in (home, guest):
        assert exchange_once(terminal).ok
    issued = cards.issue(home, Proof(household=HOUSE, how="desk:other"), "lost", "M037A", "R037A")
    assert exchange_once(home).ok
    assert _states(county) == {1: "revoked", issued.serial: "active"}
    assert exchange_once(guest).ok
    with pytest.raises(Refused) as no:
        find.by_card(guest, first)
    assert no.value.code in ("card-revoked", "not-home", "unknown-household")
    with guest.read() as conn, pytest.raises(Refused, match="card-revoked"):
        find.prove_card(guest, conn, first)
    cards.report_lost(home, HOUSE, "M037A")
    assert exchange_once(home).ok
    assert _states(county)[issued.serial] == "lost"
    with county.read() as conn:
        assert conn.execute(select(flags)).all() == []
    assert cardbook.issue_card(county, HOUSE).split(":")[3] == "2", "the county's serials stay below"


def test_staff_stopped_here_are_stopped_at_the_county(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    home, guest = make_terminal("home", serving.url), make_terminal("guest", serving.url, "038")
    for terminal in (home, guest):
        assert exchange_once(terminal).ok
    staffing.stop(home, "R037A", "left", "M037A")
    with guest.write() as writing:  # nobody of another centre can be stopped
        writing.append("staff-stop", {"staff": "M037A", "over": 1, "why": "left"}, "M038A")
    for terminal in (home, guest, home):
        assert exchange_once(terminal).ok
    with county.read() as conn:
        states = {row.staff: row.state for row in conn.execute(select(county_staff))}
    assert states == {"M037A": "active", "R037A": "revoked"}
    assert {one.id: one.state for one in staff.listing(home)} == states
    registry.add_staff(county, "037", "R037A", "王长河", "reviewer", PIN)
    assert exchange_once(home).ok
    assert staff.sign_in(home, "R037A", PIN).staff == "R037A", "the county lets them work again"


def test_a_card_issued_elsewhere_is_flagged_and_counts_nowhere(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    guest = make_terminal("guest", serving.url, "038")
    assert exchange_once(guest).ok
    with guest.write() as writing:
        writing.append("card-bind", {"hh": HOUSE, "serial": 10_001, "why": "lost", "how": "digest"}, "M038A")
    assert exchange_once(guest).ok
    assert _states(county) == {}
    with county.read() as conn:
        assert [row.code for row in conn.execute(select(flags))] == ["not-home"]
