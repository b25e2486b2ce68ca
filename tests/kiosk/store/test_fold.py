"""Folding: guards in SQL decide, whatever was read before; the journal takes no gap."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from kiosk.ledger.entries import Entry, encode, link
from kiosk.store import fold, journal
from kiosk.store.database import Database
from kiosk.store.folds import OverdrawnError
from kiosk.store.journal import Head

HH = "0370217"


@pytest.fixture
def conn(tmp_path: Path) -> Iterator[Connection]:
    base = Database(tmp_path / "terminal.db")
    with base.write() as open_conn:
        yield open_conn
    base.close()


def _entry(seq: int, kind: str, body: dict[str, Any], epoch: int = 1) -> Entry:
    return Entry(37, epoch, seq, "2026-11-23", 0, kind, 1, "M037A", "", body)


def _earned(conn: Connection, tenths: int) -> Head:
    body = {"hh": HH, "rule": "r", "rv": 1, "amount": tenths, "repaid": 0, "expires": "", "deed": ""}
    return journal.append(conn, None, _entry(1, "earn", body))


def test_a_pot_is_guarded_in_sql(conn: Connection) -> None:
    head = _earned(conn, 50)
    body = {"hh": HH, "lines": [], "charge": 51, "from": [["", 51]]}
    with pytest.raises(OverdrawnError):
        journal.append(conn, head, _entry(2, "redeem", body))


def test_a_bucket_is_guarded_in_sql(conn: Connection) -> None:
    head = _earned(conn, 50)
    body = {"hh": HH, "lines": [], "charge": 10, "from": [["2027-01-01", 10]]}
    with pytest.raises(OverdrawnError):
        journal.append(conn, head, _entry(2, "redeem", body))


def test_a_lot_is_guarded_in_sql(conn: Connection) -> None:
    head = _earned(conn, 50)
    received = {"sku": "soap", "lot": "1-2", "qty": 3, "best_before": "", "fund": "finance"}
    head = journal.append(conn, head, _entry(2, "stock-receive", received))
    for seq, lot in ((3, [["1-2", 4]]), (4, [["1-9", 1]])):
        body = {"hh": HH, "lines": [["soap", lot[0][1], 0, lot]], "charge": 0, "from": []}
        with pytest.raises(OverdrawnError):
            fold.fold(conn, _entry(seq, "redeem", body))


def test_a_debt_is_never_repaid_twice(conn: Connection) -> None:
    head = _earned(conn, 50)
    body = {"hh": HH, "rule": "r", "rv": 1, "amount": 5, "repaid": 5, "expires": "", "deed": ""}
    with pytest.raises(OverdrawnError):
        journal.append(conn, head, _entry(2, "earn", body))


def test_the_journal_takes_no_gap(conn: Connection) -> None:
    head = _earned(conn, 50)
    for seq in (1, 3, 0):
        with pytest.raises(AssertionError, match="gap"):
            journal.append(conn, head, _entry(seq, "clock", {}))
    with pytest.raises(AssertionError, match="gap"):
        journal.append(conn, head, _entry(2, "open", {}, epoch=2))


def test_each_epoch_has_its_own_chain(conn: Connection) -> None:
    first = _earned(conn, 50)
    opened = _entry(1, "open", {"from": None}, epoch=2)
    head = journal.append(conn, first, opened)
    assert head.hash == link(bytes(32), encode(opened))
    assert journal.head(conn) == head
    assert [row.epoch for row in journal.everything(conn)] == [1, 2]
    assert [row.seq for row in journal.after(conn, 1, 0)] == [1]
    assert journal.after(conn, 1, 1) == []
    assert journal.get(conn, 2, 2) is None


def test_a_long_journal_is_read_in_slices(conn: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "ROWS_A_READ", 7)
    head: Head | None = None
    for seq in range(1, 31):
        head = journal.append(conn, head, _entry(seq, "clock", {"why": "start", "was_ms": 0}))
    assert [row.seq for row in journal.everything(conn)] == list(range(1, 31))
    assert [row.seq for row in journal.after(conn, 1, 25)] == [26, 27, 28, 29, 30]
