"""The county's database by SQLAlchemy URL, and the opened county; no table's meaning.

SQLite (WAL, synchronous=FULL) for one machine, PostgreSQL for a county in service.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, inspect
from sqlalchemy.engine import make_url

from kiosk.config import ConfigError
from kiosk.keys import SigningKey
from kiosk.store.database import journal_mode, sqlite_module
from kiosk.words import TERMS, Terms
from sync.county.settings import CountySettings
from sync.county.tables import metadata

BUSY_TIMEOUT_MS = 30_000
POOL_CONNECTIONS = 10
FIRST_TABLES = {"centres", "terminals", "households", "entries", "feed_rows"}  # every county has had them
_PATIENCE = {"connect_timeout": "10"}  # seconds; a database behind a dead line must not hold every thread


class CountyError(Exception):
    """A request to the registry or server can't be carried out; the text names what to do."""


@dataclass(frozen=True)
class County:
    """An opened county: its books, its key and its name."""

    engine: Engine
    key: SigningKey
    code: str
    name: str
    terms: Terms = TERMS

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A write transaction, committed at the end, rolled back on any exception."""
        with self.engine.connect() as conn, conn.begin():
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A consistent view."""
        options: dict[str, Any] = {"reading": True}
        if self.engine.dialect.name == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"  # SQLite's BEGIN is a snapshot by itself
        with self.engine.connect().execution_options(**options) as conn, conn.begin():
            yield conn

    def today(self) -> str:
        """The calendar day of the server's clock and time zone."""
        return datetime.now().astimezone().date().isoformat()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_county(settings: CountySettings, *, create: bool = False) -> County:
    """The county that `settings` name. Raises `ConfigError` or `OSError` when it can't be opened.

    `create` makes key and tables where there are none (`county init`); otherwise both must be there;
    tables that a later program added are made.
    """
    if not create and not settings.key_file.exists():
        raise ConfigError(f"{settings.key_file}: no county key; run `county init` first")
    own = URL.create("sqlite", database=str(settings.data_dir / "county.db"))  # a folder may be named a#b?c
    engine = open_engine(settings.database_url or own)
    try:
        with engine.connect() as conn:
            there = set(_table_names(conn))
        ours = create or there >= FIRST_TABLES
        if ours and not there >= set(metadata.tables):  # a new county, or one from before there were so many
            metadata.create_all(engine)
    except exc.SQLAlchemyError as error:
        engine.dispose()
        raise ConfigError(f"{_shown(engine)}: {reason(error)}; check database_url") from None
    if not ours:
        engine.dispose()
        raise ConfigError(f"{_shown(engine)}: holds no county's books; run `county init` first")
    try:
        key = SigningKey.load_or_make(settings.key_file)
    except (OSError, ValueError) as error:
        engine.dispose()
        raise ConfigError(f"{settings.key_file}: not readable as a key: {error}") from None
    return County(engine, key, settings.code, settings.name, settings.terms)


def open_engine(url: str | URL) -> Engine:
    """An engine for `url`. Raises `ConfigError` on anything but SQLite and PostgreSQL, and `OSError` when the
    folder of a SQLite file can't be made."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError:
        raise ConfigError("database_url: not a URL; write sqlite:///FILE or postgresql://…") from None
    backend = parsed.get_backend_name()
    if backend == "postgresql":
        return create_engine(
            parsed.set(drivername="postgresql+psycopg", query={**_PATIENCE, **parsed.query}),
            pool_size=POOL_CONNECTIONS,
            pool_pre_ping=True,
        )
    if backend != "sqlite":
        raise ConfigError(f"database_url: {backend} is not supported; use SQLite or PostgreSQL")
    if parsed.database:
        Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    engine = create_engine(parsed.set(drivername="sqlite"), module=sqlite_module())
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    cursor = connection.cursor()
    for line in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        f"journal_mode={journal_mode()}",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {line}")
    cursor.close()


def _begin_sqlite(conn: Connection) -> None:
    reading = conn.get_execution_options().get("reading", False)
    conn.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _table_names(conn: Connection) -> list[str]:
    return inspect(conn).get_table_names()


def _shown(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=True)


def reason(error: exc.SQLAlchemyError) -> str:
    """What the database says is wrong, in its own words, without the statement."""
    original = getattr(error, "orig", None)
    return str(original or error).strip().splitlines()[0]
