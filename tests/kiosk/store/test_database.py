"""The database file: safe modes, one writer, errors with a code, forms that only go forward."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, verify
from kiosk.store import cursors, database, migrations
from kiosk.store.database import Database, journal_mode, sqlite_module
from kiosk.store.tables import cursor, hold, lot, metadata, pot
from tests.village import Village


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "terminal.db"


def test_the_modes_that_survive_a_power_cut(path: Path) -> None:
    base = Database(path)
    with base.read() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == journal_mode()
        assert conn.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert conn.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    base.close()


def test_the_wal_is_used_only_where_it_is_safe(monkeypatch: pytest.MonkeyPatch) -> None:
    safe = sqlite_module().sqlite_version_info >= (3, 51, 3)
    assert journal_mode() == ("wal" if safe else "delete")
    monkeypatch.setattr(database, "WAL_SAFE_FROM", (99, 0, 0))
    assert journal_mode() == "delete"


def test_a_rollback_journal_works_as_well(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAL_SAFE_FROM", (99, 0, 0))
    base = Database(path)
    with base.write() as conn:
        cursors.put(conn, "a", 7)
    with base.read() as conn:
        assert conn.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert cursors.get(conn, "a") == 7
    base.close()


def test_any_exception_rolls_back(path: Path) -> None:
    base = Database(path)
    for error in (Refused("over-limit"), KeyboardInterrupt(), ZeroDivisionError()):
        with pytest.raises(type(error)), base.write() as conn:
            cursors.put(conn, "a", 1)
            raise error
    with base.read() as conn:
        assert cursors.get(conn, "a", default=-1) == -1
    base.close()


def test_a_reader_sees_one_moment(path: Path) -> None:
    base, other = Database(path), Database(path)
    with base.read() as conn:
        assert cursors.get(conn, "a") == 0
        with other.write() as writing:
            cursors.put(writing, "a", 5)
        assert cursors.get(conn, "a") == 0
    with base.read() as conn:
        assert cursors.get(conn, "a") == 5
    base.close()
    other.close()


def test_a_second_writer_waits_its_turn(path: Path) -> None:
    base = Database(path)
    Database(path).close()
    inside, finished = threading.Event(), []

    def second() -> None:
        own = Database(path)
        inside.set()
        with own.write() as conn:
            cursors.put(conn, "a", cursors.get(conn, "a") + 1)
        finished.append(True)
        own.close()

    thread = threading.Thread(target=second)
    with base.write() as conn:
        thread.start()
        assert inside.wait(5)
        cursors.put(conn, "a", cursors.get(conn, "a") + 1)
        assert not finished
    thread.join(10)
    with base.read() as conn:
        assert cursors.get(conn, "a") == 2
    base.close()


def test_a_writer_that_waits_too_long_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = Database(path)
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 20)
    other = Database(path)
    with base.write(), pytest.raises(Refused) as no, other.write():
        raise AssertionError("two writers at once")
    assert no.value.code == "database-busy"
    base.close()
    other.close()


def test_read_only(path: Path) -> None:
    with pytest.raises(Refused) as no:
        Database(path, read_only=True)
    assert no.value.code == "database-missing"
    assert not path.exists()
    base = Database(path)
    with base.write() as conn:
        cursors.put(conn, "a", 3)
    looking = Database(path, read_only=True)
    with looking.read() as conn:
        assert cursors.get(conn, "a") == 3
    with pytest.raises(Refused) as no, looking.write():
        raise AssertionError("written")
    assert no.value.code == "database-read-only"
    with pytest.raises(Refused) as no, looking.read() as conn:
        conn.execute(cursor.insert().values(name="b", value=1))
    assert no.value.code == "database-read-only"
    looking.close()
    base.close()


@pytest.mark.parametrize("why", ["disk-full", "database-read-only"])
def test_where_no_side_file_can_be_made_it_is_looked_into(
    path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """What a full disk or a read-only mount does to SQLite: it can't make the index of its log."""
    base = Database(path)
    with base.write() as conn:
        cursors.put(conn, "a", 3)
    base.close()
    path.with_name(f"{path.name}-shm").symlink_to("/nowhere/at/all")
    with pytest.raises(Refused) as no:
        Database(path)
    assert no.value.code == "database-unreadable"
    monkeypatch.setattr(database, "_why_unwritable", lambda _: why)
    base = Database(path)
    with base.read() as conn:
        assert cursors.get(conn, "a") == 3
    with pytest.raises(Refused) as no, base.write():
        raise AssertionError("written")
    assert no.value.code == why
    base.close()
    path.with_name(f"{path.name}-wal").write_bytes(b"something committed that is not in the file")
    with pytest.raises(Refused) as no:
        Database(path)
    assert no.value.code == "database-unreadable"


def test_an_ordinary_folder_takes_bytes(path: Path) -> None:
    assert database._why_unwritable(path) == ""


def test_no_pot_below_zero_even_by_hand(path: Path) -> None:
    base = Database(path)
    with pytest.raises(AssertionError, match="our own mistake"), base.write() as conn:
        conn.execute(pot.insert().values(household="x", available=-1, saved=0, held=0, owed=0, honour=0))
    base.close()


def test_a_newer_file_is_not_touched(path: Path) -> None:
    Database(path).close()
    with closing(sqlite_module().connect(path)) as conn:
        conn.execute("PRAGMA user_version=99")
    before = path.read_bytes()
    with pytest.raises(Refused) as no:
        Database(path)
    assert no.value.code == "database-newer"
    assert path.read_bytes() == before


def test_a_foreign_file_is_not_touched(path: Path) -> None:
    with closing(sqlite_module().connect(path)) as conn:
        conn.execute("CREATE TABLE letters (x)")
        conn.commit()
    with pytest.raises(Refused) as no:
        Database(path)
    assert no.value.code == "database-foreign"
    with closing(sqlite_module().connect(path)) as conn:
        assert conn.execute("SELECT name FROM sqlite_schema").fetchall() == [("letters",)]


def test_a_step_forward_backs_up_first(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    base = Database(path)
    with base.write() as conn:
        cursors.put(conn, "a", 3)
    base.close()
    steps = (*migrations.STEPS, lambda conn: conn.exec_driver_sql("CREATE TABLE added (x)"))
    monkeypatch.setattr(migrations, "STEPS", steps)
    with pytest.raises(Refused) as no:
        Database(path, read_only=True)
    assert no.value.code == "database-older"
    base = Database(path)
    with base.read() as conn:
        assert cursors.get(conn, "a") == 3
        assert conn.exec_driver_sql("SELECT count(*) FROM added").scalar() == 0
    base.close()
    backup = path.with_name(f"{path.name}.before-{len(steps)}")
    with closing(sqlite_module().connect(backup)) as conn:
        assert conn.execute("SELECT value FROM cursor").fetchall() == [(3,)]
        assert conn.execute("PRAGMA user_version").fetchone() == (len(steps) - 1,)


def test_a_database_of_the_first_form_gets_the_whole_scheme(path: Path) -> None:
    Database(path).close()
    with closing(sqlite_module().connect(path, isolation_level=None)) as conn:
        conn.execute("DROP TABLE hold")
        conn.execute("DROP TABLE lot")
        conn.execute(
            "CREATE TABLE lot (sku TEXT NOT NULL, lot TEXT NOT NULL, best_before TEXT NOT NULL,"
            " fund TEXT NOT NULL, pieces INTEGER NOT NULL, PRIMARY KEY (sku, lot)) WITHOUT ROWID"
        )
        conn.execute("INSERT INTO lot VALUES ('soap', '1-3', '', 'finance', 40)")
        conn.execute("PRAGMA user_version=1")
    base = Database(path)
    with base.read() as conn:
        assert [tuple(row) for row in conn.execute(select(lot))] == [("soap", "1-3", "", "finance", 40, 0)]
        assert conn.execute(select(hold)).all() == []
    base.close()


def test_rules_and_their_uses_come_along(village: Village) -> None:
    """A database from before rules had versions, with points earned under them."""
    terminal = village.stocked()
    deeds.earn(terminal, "0370217", "tidy-yard", 20, "G037A", "R037A")
    folder = terminal.settings.data_dir
    village.close()
    with closing(sqlite_module().connect(folder / "terminal.db", isolation_level=None)) as conn:
        uses = conn.execute("SELECT * FROM rule_use").fetchall()
        kept = conn.execute("SELECT id, category, title, amount, version FROM rule").fetchall()
        for table in ("rule", "rule_use", "activity", "sign_in", "measure", "member"):
            conn.execute(f"DROP TABLE {table}")
        conn.execute(
            "CREATE TABLE rule (id TEXT NOT NULL PRIMARY KEY, category TEXT NOT NULL, title TEXT NOT NULL,"
            " amount INTEGER NOT NULL, version INTEGER NOT NULL)"
        )
        conn.executemany("INSERT INTO rule VALUES (?, ?, ?, ?, ?)", kept)
        conn.execute("PRAGMA user_version=1")
    again = village.open(village.enrol())
    with closing(sqlite_module().connect(folder / "terminal.db")) as conn:
        assert conn.execute("SELECT * FROM rule_use").fetchall() == uses
        assert len(uses) == 4, "three opening balances and a deed"
    assert verify.verify(again).ok
    assert verify.rebuild(again).problems == ()
    deeds.earn(again, "0370217", "tidy-yard", 20, "G037A", "R037A")


def test_a_step_that_fails_leaves_the_old_form(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Database(path).close()

    def broken(conn: object) -> None:
        conn.exec_driver_sql("CREATE TABLE half (x)")  # type: ignore[attr-defined]
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(migrations, "STEPS", (*migrations.STEPS, broken))
        with pytest.raises(ZeroDivisionError):
            Database(path)
    base = Database(path)
    with base.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM sqlite_schema WHERE name='half'").scalar() == 0
    base.close()


def test_many_open_a_new_file_at_once(path: Path) -> None:
    failures: list[BaseException] = []

    def open_it() -> None:
        try:
            Database(path).close()
        except BaseException as error:  # noqa: BLE001  # counted below
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [getattr(one, "params", one) for one in failures] == []
    with closing(sqlite_module().connect(path)) as conn:
        names = {row[0] for row in conn.execute("SELECT name FROM sqlite_schema WHERE type='table'")}
    assert names >= set(metadata.tables)


def test_any_folder_name_opens_the_database_in_it(tmp_path: Path) -> None:
    odd = tmp_path / "a#b?c%41 d" / "terminal.db"
    database = Database(odd)
    database.close()
    assert odd.is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["a#b?c%41 d"]


def test_a_log_that_many_want_at_once_is_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = migrations.bring_up_to_date, 0

    def crowded(*given: Any, **named: Any) -> None:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise sqlite_module().OperationalError("locking protocol")
        real(*given, **named)

    monkeypatch.setattr(migrations, "bring_up_to_date", crowded)
    Database(path).close()
    assert tries == 3


def test_nobody_waits_for_a_log_for_ever(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crowded(*_given: Any, **_named: Any) -> None:
        raise sqlite_module().OperationalError("locking protocol")

    monkeypatch.setattr(migrations, "bring_up_to_date", crowded)
    monkeypatch.setattr(database, "OPEN_PATIENCE_S", 0.1)
    with pytest.raises(Refused) as no:
        Database(path)
    assert no.value.code == "database-busy"
