"""Verify finds each kind of damage; rebuild gives the same rows again."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from kiosk.services import deeds, verify
from kiosk.services.redeem import redeem
from kiosk.services.terminal import DATABASE_FILE, Terminal
from kiosk.services.void import void
from kiosk.store.database import sqlite_module
from kiosk.store.tables import FEED_TABLES, FOLD_TABLES
from tests.village import HandClock, Village, proof

TWO = ("G037A", "R037A")


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    """A terminal on which every kind of entry has been written."""
    made = village.stocked(clock=clock)
    deeds.earn(made, "0370217", "tidy-yard", 50, *TWO)
    entry = deeds.deduct(made, "0370302", "tidy-yard", 20, *TWO)
    redeem(made, proof(), (("soap", 2), ("rice5", 1)), "M037A", "r1")
    done = redeem(made, proof("0370900"), (("vinegar", 3),), "M037A", "r2")
    void(made, *map(int, done.entry.split("-")), "mistake", "M037A", "R037A")  # type: ignore[call-arg, arg-type]
    deeds.reverse(made, *map(int, entry.split("-")), "mistake", *TWO)  # type: ignore[call-arg, arg-type]
    clock.move(days=1)
    redeem(made, proof("0370900"), (("vinegar", 1),), "M037A", "r3")
    assert verify.verify(made) == verify.Verified(ok=True, entries=17, problems=())
    return made


DAMAGE = {
    "a changed byte of an entry": (
        "UPDATE journal SET data=CAST(replace(CAST(data AS TEXT), '\"amount\":50', '\"amount\":60') AS BLOB)",
        "chain",
    ),
    "a changed hash": ("UPDATE journal SET hash=zeroblob(32) WHERE seq=5", "chain"),
    "a removed entry": ("DELETE FROM journal WHERE seq=9", "chain"),
    "an entry of another terminal": (
        "UPDATE journal SET data=CAST('[38' || substr(CAST(data AS TEXT), 4) AS BLOB) WHERE seq=4",
        "chain",
    ),
    "entries swapped": (
        "UPDATE journal SET data=(SELECT data FROM journal WHERE seq=5) WHERE seq=4",
        "chain",
    ),
    "an entry that is no entry": ("UPDATE journal SET data=x'00ff' WHERE seq=4", "chain"),
    "a changed balance": ("UPDATE pot SET available=available+10 WHERE household='0370217'", "points"),
    "a balance and its bucket": (
        "UPDATE pot SET available=available+10 WHERE household='0370217';"
        "UPDATE bucket SET tenths=tenths+10 WHERE household='0370217' AND expires=''",
        "points",
    ),
    "points moved between buckets": (
        "UPDATE bucket SET tenths=tenths+10 WHERE household='0370301';"
        "INSERT INTO bucket VALUES ('0370301', '2030-01-01', -0)",
        "points",
    ),
    "a removed balance": ("DELETE FROM pot WHERE household='0370301'", "points"),
    "an invented balance": ("INSERT INTO pot VALUES ('0379999', 10, 0, 0, 0, 0)", "points"),
    "a changed debt": ("UPDATE pot SET owed=5 WHERE household='0370217'", "points"),
    "a changed honour": ("UPDATE pot SET honour=honour+1 WHERE household='0370217'", "points"),
    "a removed posting": ("DELETE FROM posting WHERE seq=10 AND line=0", "points"),
    "a changed posting": ("UPDATE posting SET tenths=tenths+1 WHERE seq=3", "points"),
    "an invented posting": ("INSERT INTO posting VALUES (1, 999, 0, '0370217', 'available', '', 5)", "chain"),
    "a posting before all others": (
        "INSERT INTO posting VALUES (0, 1, 0, '0370217', 'saved', '', 0)",
        "chain",
    ),
    "a changed total": ("UPDATE total SET tenths=tenths-1 WHERE pot='issued'", "points"),
    "a lot that is off": ("UPDATE lot SET pieces=pieces-1 WHERE sku='soap'", "stock"),
    "a removed lot": ("DELETE FROM lot WHERE sku='oil5'", "stock"),
    "a removed move": ("DELETE FROM stock_move WHERE sku='rice5' AND pieces<0", "stock"),
    "a gap in the slips": ("DELETE FROM slip WHERE number=2", "slips"),
    "the last slip gone": ("DELETE FROM slip WHERE number=3", "slips"),
    "a slip of another entry": ("UPDATE slip SET seq=1 WHERE number=1", "slips"),
    "an invented slip": ("INSERT INTO slip VALUES (1, 5, 10)", "slips"),
    "a forgotten request": ("DELETE FROM request WHERE id='r1'", "requests"),
    "a forgotten reversal": ("DELETE FROM reversal", "reversals"),
    "a forgotten order": ("DELETE FROM order_done WHERE id='open-0370217'", "orders"),
    "a changed month": ("UPDATE tally SET earned=earned+1", "months"),
    "a changed day": ("UPDATE state SET value='2026-11-30'", "day"),
    "a lost stub": ("DELETE FROM print_job WHERE copy='stub' AND slip='0037-000001'", "queue"),
    "a stub too many": (
        "INSERT INTO print_job"
        " SELECT NULL, slip, copy, 0, content, state, reason, 0 FROM print_job WHERE id=1",
        "queue",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_each_kind_of_damage_is_found(terminal: Terminal, name: str) -> None:
    statements, kind = DAMAGE[name]
    with closing(sqlite_module().connect(terminal.settings.data_dir / DATABASE_FILE)) as conn:
        before = conn.total_changes
        conn.executescript(statements)
        assert conn.total_changes > before
    found = verify.verify(terminal)
    assert not found.ok
    assert any(problem.startswith(f"{kind}:") for problem in found.problems), found.problems
    assert not any(name in problem for problem in found.problems for name in ("张大山", "0370217", "0370301"))


@pytest.mark.parametrize(
    "name", [name for name, (_, kind) in DAMAGE.items() if kind not in ("chain", "queue")]
)
def test_rebuild_mends_what_can_be_folded_anew(terminal: Terminal, name: str) -> None:
    whole = _dump(terminal)
    with closing(sqlite_module().connect(terminal.settings.data_dir / DATABASE_FILE)) as conn:
        conn.executescript(DAMAGE[name][0])
    found = verify.rebuild(terminal)
    assert found.ok, found.problems
    assert any(problem.startswith("rebuilt:") for problem in found.problems)
    assert _dump(terminal) == whole


def test_rebuild_gives_the_same_rows(terminal: Terminal) -> None:
    before = _dump(terminal)
    assert verify.rebuild(terminal) == verify.Verified(ok=True, entries=17, problems=())
    assert _dump(terminal) == before


def test_rebuild_brings_lost_reference_data_back(terminal: Terminal) -> None:
    before = _dump(terminal)
    with closing(sqlite_module().connect(terminal.settings.data_dir / DATABASE_FILE)) as conn:
        for table in FEED_TABLES:
            conn.execute(f"DELETE FROM {table.name}")
        conn.commit()
    verify.rebuild(terminal)
    assert _dump(terminal) == before


def test_a_broken_chain_is_never_rebuilt_upon(terminal: Terminal) -> None:
    with closing(sqlite_module().connect(terminal.settings.data_dir / DATABASE_FILE)) as conn:
        conn.executescript(DAMAGE["a removed entry"][0])
    before = _dump(terminal)
    assert not verify.rebuild(terminal).ok
    assert _dump(terminal) == before


def test_verify_writes_nothing(terminal: Terminal) -> None:
    path = terminal.settings.data_dir / DATABASE_FILE
    with closing(sqlite_module().connect(path)) as conn:
        version = conn.execute("PRAGMA data_version").fetchone()
        verify.verify(terminal)
        assert conn.execute("PRAGMA data_version").fetchone() == version


def _dump(terminal: Terminal) -> dict[str, list[Any]]:
    with closing(sqlite_module().connect(terminal.settings.data_dir / DATABASE_FILE)) as conn:
        return {
            table.name: conn.execute(f"SELECT * FROM {table.name}").fetchall()
            for table in (*FOLD_TABLES, *FEED_TABLES)
        }
