"""The journal on disk: append at its head, read on from a place; entries are never changed or removed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, tuple_

from kiosk.ledger.entries import GENESIS, MAX_ENTRY_BYTES, Entry, at_ms_of, encode, link, terminal_of
from kiosk.store import fold
from kiosk.store.prepared import Prepared
from kiosk.store.tables import journal

ROWS_A_READ = 2_000


class Head(NamedTuple):
    """The last entry: where the next one is chained to. `seq` 0: nothing written in this epoch yet."""

    epoch: int
    seq: int
    hash: bytes
    at_ms: int
    day: str  # the business day it was written under
    terminal: int  # who wrote it


class JournalRow(NamedTuple):
    """One entry as stored."""

    epoch: int
    seq: int
    data: bytes
    hash: bytes


def head(conn: Connection) -> Head | None:
    """The last entry of the latest epoch; None in an empty journal."""
    row = _HEAD.first(conn)
    if row is None:
        return None
    return Head(row.epoch, row.seq, row.hash, at_ms_of(row.data), row.day, terminal_of(row.data))


def append(conn: Connection, previous: Head | None, entry: Entry) -> Head:
    """Write `entry` behind `previous` and fold it. The caller read `previous` under the write lock.

    Raises `fold.OverdrawnError`; the transaction must then be rolled back.
    """
    same_epoch = previous is not None and previous.epoch == entry.epoch
    assert entry.seq == (previous.seq + 1 if previous and same_epoch else 1), "seq has a gap"
    data = encode(entry)
    assert len(data) <= MAX_ENTRY_BYTES, f"{entry.kind}: {len(data)} bytes are more than an entry may have"
    digest = link(previous.hash if previous and same_epoch else GENESIS, data)
    _INSERT.run(
        conn,
        {
            "epoch": entry.epoch,
            "seq": entry.seq,
            "kind": entry.kind,
            "day": entry.day,
            "data": data,
            "hash": digest,
        },
    )
    fold.fold(conn, entry)
    return Head(entry.epoch, entry.seq, digest, entry.at_ms, entry.day, entry.terminal)


def after(conn: Connection, epoch: int, seq: int, limit: int = ROWS_A_READ) -> list[JournalRow]:
    """Up to `limit` entries of `epoch` behind `seq`, in order."""
    rows = _AFTER.all(conn, {"b_epoch": epoch, "b_seq": seq, "b_limit": limit})
    return [JournalRow(*row) for row in rows]


def get(conn: Connection, epoch: int, seq: int) -> JournalRow | None:
    """One entry, if it is there."""
    row = _GET.first(conn, {"b_epoch": epoch, "b_seq": seq})
    return JournalRow(*row) if row else None


def everything(conn: Connection) -> Iterator[JournalRow]:
    """All entries of all epochs, oldest first, a slice at a time."""
    epoch, seq = 0, 0
    while rows := _ON.all(conn, {"b_epoch": epoch, "b_seq": seq, "b_limit": ROWS_A_READ}):
        yield from (JournalRow(*row) for row in rows)
        epoch, seq = rows[-1].epoch, rows[-1].seq


_COLUMNS = (journal.c.epoch, journal.c.seq, journal.c.data, journal.c.hash)
_INSERT = Prepared(insert(journal))
_HEAD = Prepared(
    select(*_COLUMNS, journal.c.day).order_by(journal.c.epoch.desc(), journal.c.seq.desc()).limit(1)
)
_AFTER = Prepared(
    select(*_COLUMNS)
    .where(journal.c.epoch == bindparam("b_epoch"), journal.c.seq > bindparam("b_seq"))
    .order_by(journal.c.seq)
    .limit(bindparam("b_limit"))
)
_GET = Prepared(
    select(*_COLUMNS).where(journal.c.epoch == bindparam("b_epoch"), journal.c.seq == bindparam("b_seq"))
)
_ON = Prepared(
    select(*_COLUMNS)
    .where(tuple_(journal.c.epoch, journal.c.seq) > tuple_(bindparam("b_epoch"), bindparam("b_seq")))
    .order_by(journal.c.epoch, journal.c.seq)
    .limit(bindparam("b_limit"))
)
