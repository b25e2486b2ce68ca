"""People forgotten on request: at their home at once, at the county and wherever they were told of after."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kiosk.services import erase, feed, find, verify
from kiosk.services.feedrows import MemberRow
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.store import side
from kiosk.store.tables import feed_row, household, member
from sync.client import exchange_once
from sync.county import erasing, memberbook, registry
from sync.county import verify as county_verify
from sync.county.database import County, CountyError
from sync.county.serving import Serving
from sync.county.tables import digests, feed_rows, flags, households, members
from tests.sync.places import HOUSEHOLDS

HOUSE, OTHER = HOUSEHOLDS[:2]
NAMES = ("张大山", "张小山")


def _at_county(county: County) -> str:
    with county.read() as conn:
        rows = [bytes(row.row).decode() for row in conn.execute(select(feed_rows))]
        kept = [
            str(row)
            for table in (households, members, digests)
            for row in conn.execute(select(table).where(table.c.household == HOUSE))
        ]
    return "".join([*kept, *(row for row in rows if HOUSE in row)]).encode().decode("unicode_escape")


def _at(terminal: Terminal) -> str:
    with terminal.read() as conn:
        rows = [bytes(row.data).decode() for row in conn.execute(select(feed_row))]
        tables = [
            str(row) for table in (household, member) for row in conn.execute(select(table)) if HOUSE in row
        ]
    return "".join([*tables, *(row for row in rows if HOUSE in row)]).encode().decode("unicode_escape")


def test_forgotten_here_there_and_at_the_county(
    county: County, serving: Serving, make_terminal: Callable[..., Terminal]
) -> None:
    memberbook.add_members(county, [MemberRow(hh=HOUSE, member=2, name=NAMES[1], born=2001)])
    old, home = make_terminal("old", serving.url), make_terminal("home", serving.url, "038")
    for one in (old, home):
        assert exchange_once(one).ok
    registry.change_home(county, HOUSE, 38)
    for one in (old, home, old, home):
        assert exchange_once(one).ok
    registry.add_staff(county, "038", "M038A", "乌兰", "manager", "135790")
    registry.add_staff(county, "038", "S038A", "孙桂兰", "supervisor", "135790")
    assert exchange_once(home).ok
    for one in (old, home):
        with one.db.write() as conn:
            side.put(conn, "note", HOUSE, "2026-11-25", b"about them")
    assert all(name in _at_county(county) for name in NAMES)
    assert all(name in _at(home) and name in _at(old) for name in NAMES[:1])
    assert NAMES[1] in _at(home), "members are told to the new home too"
    points = find.account(home, Proof(household=HOUSE, how="digest")).available_tenths

    erase.erase(home, HOUSE, "M038A", "S038A")
    assert not any(name in _at(home) for name in NAMES)
    for one in (home, old, home):
        assert exchange_once(one).ok
    for text in (_at_county(county), _at(home), _at(old)):
        assert not any(name in text for name in NAMES)
    with old.read() as conn:
        assert [bytes(row.data) for row in conn.execute(select(side.side))] == [b""]
    assert find.account(home, Proof(household=HOUSE, how="digest")).available_tenths == points > 0
    with county.read() as conn:
        assert conn.execute(select(digests).where(digests.c.household == HOUSE)).all() == []
        assert conn.execute(select(flags.c.code)).scalars().all() == []
    assert county_verify.verify(county).ok
    for one in (old, home):
        with one.db.write() as conn:
            feed.rebuild(conn)
        assert verify.verify(one).ok
        assert not any(name in _at(one) for name in NAMES), "nor after everything was folded anew"


def test_the_county_is_asked_itself(county: County, terminal: Terminal) -> None:
    assert exchange_once(terminal).ok
    with terminal.write() as writing:  # only its home asks for a household
        writing.append("erase", {"hh": "0399999", "beside": 0, "copies": 0, "rows": 0}, "M037A", "R037A")
    assert exchange_once(terminal).ok
    assert erasing.erase(county, HOUSE) == 1
    with pytest.raises(CountyError, match="0399999"):
        erasing.erase(county, "0399999")
    assert exchange_once(terminal).ok
    assert NAMES[0] not in _at(terminal) and NAMES[0] not in _at_county(county)
    registry.add_households(county, [registry.Household(household=HOUSE, name="张海", home=37)])
    assert exchange_once(terminal).ok
    assert "张海" in _at(terminal), "who takes part again has a name again"
    with county.read() as conn:
        assert conn.execute(select(flags.c.code)).scalars().all() == ["unknown-household"]
    assert verify.rebuild(terminal).problems == ()
