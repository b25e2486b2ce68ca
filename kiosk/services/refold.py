"""Folding the entries of single nouns again beside the books, and what differs; not points and goods."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, StaticPool, Table, create_engine, select

from kiosk.ledger.entries import BadEntryError, decode_own
from kiosk.store import fold
from kiosk.store.database import sqlite_module
from kiosk.store.folds import OverdrawnError
from kiosk.store.tables import FOLD_TABLES, metadata
from kiosk.store.tables import journal as journal_table


def differences(conn: Connection) -> Iterator[str]:
    """Tables of reservations, moves and the like that are not what their entries say."""
    engine = create_engine("sqlite://", module=sqlite_module(), poolclass=StaticPool)
    with engine.connect() as beside, beside.begin():
        metadata.create_all(beside, tables=list(FOLD_TABLES))
        for row in conn.execute(_ENTRIES):
            try:
                fold.fold_nouns(beside, decode_own(row.data))
            except (OverdrawnError, BadEntryError, KeyError, TypeError, ValueError) as error:
                yield f"chain: {row.epoch}-{row.seq} does not follow ({type(error).__name__})"
        for noun in fold.NOUNS:
            for table in noun.TABLES:
                if differing := _differing(conn, beside, table):
                    yield f"{table.name}: {differing} differ from what the entries say"
    engine.dispose()


def _differing(conn: Connection, beside: Connection, table: Table) -> int:
    return len(
        {tuple(row) for row in conn.execute(select(table))}
        ^ {tuple(row) for row in beside.execute(select(table))}
    )


_ENTRIES = (
    select(journal_table.c.epoch, journal_table.c.seq, journal_table.c.data)
    .where(journal_table.c.kind.in_(fold.NOUN_KINDS))
    .order_by(journal_table.c.epoch, journal_table.c.seq)
)
