"""Folding the entries of single nouns again beside the books, and what differs; not points and goods."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from sqlalchemy import Connection, Engine, NullPool, Table, create_engine, select

from kiosk.ledger.entries import BadEntryError, decode_own
from kiosk.store import fold, scheme
from kiosk.store.database import sqlite_module
from kiosk.store.folds import OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import FOLD_TABLES
from kiosk.store.tables import journal as journal_table


def differences(conn: Connection) -> Iterator[str]:
    """Tables of reservations, moves and the like that are not what their entries say."""
    with _in_memory().connect() as beside, beside.begin():
        scheme.create(beside, FOLD_TABLES)
        for row in conn.execute(_ENTRIES):
            try:
                fold.fold_nouns(beside, decode_own(row.data))
            except (OverdrawnError, BadEntryError, KeyError, TypeError, ValueError) as error:
                yield f"chain: {row.epoch}-{row.seq} does not follow ({type(error).__name__})"
        for noun in fold.NOUNS:
            for table in noun.TABLES:
                if differing := _differing(conn, beside, table):
                    yield f"{table.name}: {differing} differ from what the entries say"


def _differing(conn: Connection, beside: Connection, table: Table) -> int:
    rows = _rows(table)
    return len({tuple(row) for row in rows.all(conn)} ^ {tuple(row) for row in rows.all(beside)})


@cache
def _rows(table: Table) -> Prepared:
    return Prepared(select(table))


@cache
def _in_memory() -> Engine:
    """Each connection is an empty database of its own, gone when it is closed."""
    return create_engine("sqlite://", module=sqlite_module(), poolclass=NullPool)


_ENTRIES = (
    select(journal_table.c.epoch, journal_table.c.seq, journal_table.c.data)
    .where(journal_table.c.kind.in_(fold.NOUN_KINDS))
    .order_by(journal_table.c.epoch, journal_table.c.seq)
)
