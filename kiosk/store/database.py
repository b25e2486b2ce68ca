"""Opening the terminal's database and its transactions; no tables' meaning.

SQLite before 3.51.3 can lose WAL content when two connections reset the log at once. The `pysqlite3` wheel
carries a fixed one on x86-64; where there is none (ARM64) and the system's is older, the rollback journal
is used instead, and `kiosk doctor` says so.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event, exc

from kiosk.ledger.refusals import Refused
from kiosk.store import migrations

WAL_SAFE_FROM = (3, 51, 3)
OPEN_PATIENCE_S, OPEN_AGAIN_S = 5.0, 0.05
BUSY_TIMEOUT_MS = 15_000
SIDE_FILE_BYTES = 65_536  # the shared index of the log needs 32 KiB at least
ALONE_TIMEOUT_S = 2.0
MOST_STATEMENTS = 512  # kept prepared by each connection: more than the program has
_FULL_CODES = ("SQLITE_FULL", "SQLITE_IOERR_WRITE")


def sqlite_module() -> ModuleType:
    """The SQLite binding to use: the system's if new enough, else the packaged one if there is one."""
    if sqlite3.sqlite_version_info >= WAL_SAFE_FROM:
        return sqlite3
    try:
        from pysqlite3 import dbapi2
    except ImportError:  # no wheel for this machine: journal_mode falls back below
        return sqlite3
    packaged: ModuleType = dbapi2
    return packaged


def journal_mode() -> str:
    """`wal` where it is safe with two connections, else `delete` (the rollback journal)."""
    return "wal" if sqlite_module().sqlite_version_info >= WAL_SAFE_FROM else "delete"


class Database:
    """One SQLite file. Every write is one `BEGIN IMMEDIATE … COMMIT`, safe beside other processes."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open `path`, creating or migrating it unless `read_only`.

        On a full disk or a read-only mount the file is opened for looking only, and `write` says why.
        Raises `Refused("database-unreadable")` when it is no database of ours, can't be opened or is newer.
        """
        self.path = path
        self.read_only = read_only
        if read_only and not path.exists():
            raise Refused("database-missing", path=path)
        if not read_only:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._own = threading.local()
        self._kept: list[Connection] = []
        self._no_writing = "database-read-only" if read_only else ""
        self._engine = _engine(path, "ro" if read_only else "rwc")
        try:
            self._bring_up_to_date()
        except _DRIVER_ERRORS as error:
            self.close()
            self._no_writing = _why_unwritable(path)
            if read_only or not self._no_writing or not _settled(path):
                raise _refusal(error, path) from error
            self._look_only()

    def _bring_up_to_date(self) -> None:
        """Migrate. Programs that open a new file at once may find it busy where SQLite itself does not wait
        (the change to a log, its first recovery): they try again for a while."""
        end_s = time.monotonic() + OPEN_PATIENCE_S
        while True:
            try:
                migrations.bring_up_to_date(self._engine, self.path, read_only=bool(self._no_writing))
                return
            except _DRIVER_ERRORS as error:
                if _refusal(error, self.path).code != "database-busy" or time.monotonic() > end_s:
                    raise
                self.close()
                time.sleep(OPEN_AGAIN_S)

    def _look_only(self) -> None:
        """Without room for its side files SQLite opens nothing; a settled file can still be looked into."""
        self._engine = _engine(self.path, "ro&immutable=1")
        try:
            migrations.bring_up_to_date(self._engine, self.path, read_only=True)
        except _DRIVER_ERRORS as error:
            self.close()
            raise _refusal(error, self.path) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its start; rolled back on any exception.

        Raises `Refused` with `disk-full`, `database-read-only` or `database-busy` and nothing written.
        """
        if self._no_writing:
            raise Refused(self._no_writing)
        yield from self._transaction("writing", "BEGIN IMMEDIATE")

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view; writing through it is our mistake."""
        yield from self._transaction("reading", "BEGIN")

    def close(self) -> None:
        """Let go of the file. No thread is inside a transaction any more."""
        while self._kept:
            self._kept.pop().close()
        self._engine.dispose()

    def _transaction(self, use: str, begin: str) -> Iterator[Connection]:
        """Begin, hand out the connection, commit. Straight on the driver: SQLAlchemy's way of beginning costs
        as much as three statements."""
        conn, kept = self._connection(use)
        driver = _driver(conn)
        try:
            driver.execute(begin)
            try:
                yield conn
                (conn if conn.in_transaction() else driver).commit()  # SQLAlchemy may have joined meanwhile
            except BaseException:
                (conn if conn.in_transaction() else driver).rollback()
                raise
        except _DRIVER_ERRORS as error:
            raise _refusal(error, self.path) from error
        finally:
            if not kept:
                conn.close()

    def _connection(self, use: str) -> tuple[Connection, bool]:
        """This thread's connection for `use`, kept between transactions; another one when it is inside one.

        Taking it from the pool each time costs as much as three statements.
        """
        conn: Connection | None = getattr(self._own, use, None)
        if conn is None or conn.closed or conn.engine is not self._engine:
            conn = self._engine.connect()
            setattr(self._own, use, conn)
            self._kept.append(conn)
        elif _driver(conn).in_transaction:
            return self._engine.connect(), False
        return conn, True


def make_whole(path: Path) -> None:
    """Bring the write-ahead log into `path` and remove it, so that the one file is the whole database.

    The caller has closed its own `Database`. Raises `Refused("database-busy")` while anybody else has it
    open, which SQLite can tell with a log only; without one a file that was moved refuses further writes.
    """
    connection = sqlite_module().connect(str(path), timeout=ALONE_TIMEOUT_S, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode=DELETE").fetchall()
    except sqlite_module().Error as error:
        raise _refusal(error, path) from error
    finally:
        connection.close()


def _why_unwritable(path: Path) -> str:
    """Refusal code when the place of `path` takes no new bytes at all, else ""."""
    place = os.statvfs(path.parent)
    if place.f_flag & os.ST_RDONLY:
        return "database-read-only"
    return "disk-full" if place.f_bavail * place.f_frsize < SIDE_FILE_BYTES else ""


def _settled(path: Path) -> bool:
    """Whether everything committed is in the file itself, nothing in a log beside it."""
    log = path.with_name(f"{path.name}-wal")
    return path.is_file() and not (log.exists() and log.stat().st_size)


def _engine(path: Path, mode: str) -> Engine:
    where = f"file:{quote(str(path))}?mode={mode}"  # a folder may be named with # or ?
    engine = create_engine(
        "sqlite+pysqlite://",
        module=sqlite_module(),
        creator=lambda: sqlite_module().connect(
            where, uri=True, check_same_thread=False, cached_statements=MOST_STATEMENTS
        ),
        poolclass=QueuePool,
        pool_reset_on_return=None,  # every transaction ends in `write` or `read`
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        run = connection.cursor().execute
        run(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        run("PRAGMA foreign_keys=ON")
        if mode == "rwc":
            run(f"PRAGMA journal_mode={journal_mode()}")
            run("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        driver = _driver(conn)
        if not driver.in_transaction:  # else it joins the one of `Database._transaction`
            reading = conn.get_execution_options().get("reading", False)
            driver.execute("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def _driver(conn: Connection) -> Any:
    return conn.connection.dbapi_connection


# SQLAlchemy wraps what goes through it; `Prepared` statements raise the driver's own
_DRIVER_ERRORS: tuple[type[Exception], ...] = (exc.DBAPIError, sqlite_module().Error)


def _refusal(error: Exception, path: Path) -> Refused:
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    code, text = getattr(cause, "sqlite_errorname", ""), str(cause)
    if code in _FULL_CODES or "disk is full" in text:
        return Refused("disk-full")
    if "readonly" in text:
        return Refused("database-read-only")
    if any(word in text for word in ("locked", "busy", "locking protocol")):  # the last: many at the log
        return Refused("database-busy")
    driver = sqlite_module()
    if isinstance(cause, (driver.IntegrityError, driver.ProgrammingError, driver.InterfaceError)):
        raise AssertionError(f"our own mistake: {text}") from error
    return Refused("database-unreadable", path=path, reason=text)
