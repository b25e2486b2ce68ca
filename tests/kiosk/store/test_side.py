"""Data beside the chain: found by its reference, erased without a trace, damage noticed."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from kiosk.ledger.refusals import Refused
from kiosk.services.terminal import Terminal
from kiosk.store import side
from kiosk.store.tables import side as side_table
from tests.village import HandClock, Village


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.terminal(clock=clock)


def test_what_was_put_is_found_by_its_reference(terminal: Terminal) -> None:
    with terminal.db.write() as conn:
        ref = side.put(conn, "collector", "0370217", "2026-11-23", "王小二".encode())
        again = side.put(conn, "collector", "0370217", "2026-11-23", "王小二".encode())
    assert ref != again, "equal names must not show as equal references"
    with terminal.read() as conn:
        assert side.get(conn, ref) == side.Kept("collector", "0370217", "王小二".encode(), "")
        assert side.text(conn, ref) == "王小二"
        assert side.text(conn, "") == ""
        assert side.get(conn, "f" * 32) is None
        assert side.damaged(conn) == []


def test_erasing_leaves_nothing_of_a_household(terminal: Terminal) -> None:
    with terminal.db.write() as conn:
        gone = side.put(conn, "note", "0370217", "2026-11-23", b"a note")
        stays = side.put(conn, "note", "0370301", "2026-11-23", b"another")
        assert side.erase(conn, "0370217", "2026-11-24") == 1
        assert side.erase(conn, "0370217", "2026-11-25") == 0
    with terminal.read() as conn:
        kept = side.get(conn, gone)
        assert kept == side.Kept("note", "0370217", b"", "2026-11-24")
        assert side.text(conn, stays) == "another"
        assert side.damaged(conn) == []


def test_changed_data_is_noticed(terminal: Terminal) -> None:
    with terminal.db.write() as conn:
        ref = side.put(conn, "note", "0370217", "2026-11-23", b"a note")
        conn.execute(update(side_table).values(data=b"another note"))
        assert side.damaged(conn) == [ref]


def test_too_large_is_refused(terminal: Terminal) -> None:
    with pytest.raises(Refused) as no, terminal.db.write() as conn:
        side.put(conn, "photo", "0370217", "2026-11-23", bytes(side.MOST_BYTES + 1))
    assert no.value.code == "too-large"
