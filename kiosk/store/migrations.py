"""Forward changes of the database's form, each after a backup; never a reset.

`PRAGMA user_version` counts the steps taken. A database from a newer program is refused, not touched.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.schema import CreateColumn

from kiosk.ledger.entries import decode_own
from kiosk.ledger.refusals import Refused
from kiosk.store import fold, scheme
from kiosk.store.tables import journal, metadata, rule

APPLICATION_ID = 0x504B3031  # "PK01": marks the file as ours


def bring_up_to_date(engine: Engine, path: Path, *, read_only: bool) -> None:
    """Take the steps that are missing, each in its own transaction, with a copy made before the first.
    A new file gets the newest form at once.

    Raises `Refused("database-newer")` for a file of a later program, `Refused("database-foreign")` for a
    file that is not ours.
    """
    with engine.connect().execution_options(reading=True) as conn:
        version = _pragma(conn, "user_version")
        owner = _pragma(conn, "application_id")
        tables = conn.exec_driver_sql("SELECT count(*) FROM sqlite_schema").scalar_one()
    if tables and owner != APPLICATION_ID:
        raise Refused("database-foreign", path=path)
    if version > len(STEPS):
        raise Refused("database-newer", path=path)
    if version == len(STEPS):
        return
    if read_only:
        raise Refused("database-older", path=path)
    if not version:
        _step(engine, 0, _newest_form, len(STEPS))
        return
    _back_up(engine, path.with_name(f"{path.name}.before-{version + 1}"))
    for number in range(version, len(STEPS)):
        _step(engine, number, STEPS[number], number + 1)


def _step(engine: Engine, version: int, change: Callable[[Connection], None], to: int) -> None:
    with engine.connect() as conn, conn.begin():
        if _pragma(conn, "user_version") != version:
            return  # another process was quicker
        change(conn)
        conn.exec_driver_sql(f"PRAGMA user_version={to}")
        conn.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")


def _pragma(conn: Connection, name: str) -> int:
    return int(conn.exec_driver_sql(f"PRAGMA {name}").scalar_one())


def _back_up(engine: Engine, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    connection = engine.raw_connection()
    try:
        connection.cursor().execute("VACUUM INTO ?", (str(copy),))
    finally:
        connection.close()


def _newest_form(conn: Connection) -> None:
    scheme.create(conn)


def _whole_scheme(conn: Connection) -> None:
    """Reservations, moves, the way of a point and what else a year needs: new tables and columns."""
    _make_rules_anew(conn)
    _new_forms(conn)
    for noun in fold.NOUNS:  # tables that are new, of entries that are not
        for table in noun.TABLES:
            conn.execute(table.delete())
    for row in conn.execute(_NOUN_ENTRIES):
        fold.fold_nouns(conn, decode_own(row.data))


def _new_forms(conn: Connection) -> None:
    """Tables and columns that are missing; columns are filled with what they say where nothing is said."""
    metadata.create_all(conn)
    for table in metadata.sorted_tables:
        there = {row[1] for row in conn.exec_driver_sql(f"PRAGMA table_info({table.name})")}
        for column in table.columns:
            if column.name not in there:
                conn.exec_driver_sql(
                    f"ALTER TABLE {table.name} ADD COLUMN {CreateColumn(column).compile(conn)}"
                )


def _make_rules_anew(conn: Connection) -> None:
    """Rules are kept by version now: another key, which SQLite can't give to a table that is there."""
    named = ("id", "category", "title", "amount", "version")
    there = conn.exec_driver_sql("SELECT id, category, title, amount, version FROM rule").all()
    rule.drop(conn)
    rule.create(conn)
    if there:
        conn.execute(insert(rule), [dict(zip(named, row, strict=True)) for row in there])


_NOUN_ENTRIES = (
    select(journal.c.data).where(journal.c.kind.in_(fold.NOUN_KINDS)).order_by(journal.c.epoch, journal.c.seq)
)
# the first makes a new file, in the newest form; the others bring an older one there
STEPS: tuple[Callable[[Connection], None], ...] = (
    _newest_form,
    _whole_scheme,
    _new_forms,  # of kinds of entries that no older program wrote
)
