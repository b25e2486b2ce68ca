"""What waits at the terminal for the county: journal rows past the acknowledged cursor, as signed batches."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection

from kiosk.keys import SigningKey
from kiosk.ledger.entries import GENESIS
from kiosk.store import cursors, journal
from kiosk.store.journal import JournalRow
from sync.pack import MAX_ENTRIES_BYTES, pack
from sync.protocol import MAX_BATCH_BYTES, MAX_BATCH_ENTRIES, Batch, head_part

MIN_BATCH_BYTES = 2_000  # a budget is never halved below this; one entry goes out whatever it takes


class Waiting(NamedTuple):
    """The oldest rows the county has not acknowledged, of one epoch."""

    epoch: int
    acknowledged: int
    previous: bytes  # hash of the acknowledged entry
    rows: list[JournalRow]
    behind: int  # everything not acknowledged in this epoch, these rows included


def read(conn: Connection, current_epoch: int, most: int = MAX_BATCH_ENTRIES) -> Waiting:
    """The next rows to send: what is left of earlier epochs first."""
    for epoch in range(1, current_epoch):
        found = _read_epoch(conn, epoch, most)
        if found.rows:
            return found
    return _read_epoch(conn, current_epoch, most)


def acknowledge(conn: Connection, epoch: int, seq: int) -> None:
    """Remember that the county has everything of `epoch` up to `seq` for ever (or has lost it: a gap)."""
    cursors.put(conn, cursors.acknowledged(epoch), seq)


def batch(key: SigningKey, terminal: int, waiting: Waiting, budget_bytes: int) -> Batch | None:
    """The longest run from the front of `waiting` that packs into `budget_bytes`; at least one entry."""
    lines = _within(waiting.rows, MAX_ENTRIES_BYTES // 2)
    if not lines:
        return None
    budget = min(max(budget_bytes, MIN_BATCH_BYTES), MAX_BATCH_BYTES)
    packed = pack([row.data for row in lines])
    while len(packed) > budget and len(lines) > 1:
        fitting = len(lines) * budget // len(packed)
        lines = lines[: max(1, min(fitting, len(lines) - 1))]
        packed = pack([row.data for row in lines])
    last = lines[-1]
    signature = key.sign(head_part(terminal, waiting.epoch, last.seq, last.hash))
    return Batch(lines[0].seq, len(lines), waiting.previous, last.hash, signature, packed)


def _read_epoch(conn: Connection, epoch: int, most: int) -> Waiting:
    acknowledged = cursors.get(conn, cursors.acknowledged(epoch))
    rows = journal.after(conn, epoch, acknowledged, most)
    head = journal.head(conn)
    newest = rows[-1].seq if rows else acknowledged
    if head is not None and head.epoch == epoch:
        newest = head.seq
    before = journal.get(conn, epoch, acknowledged)
    return Waiting(
        epoch, acknowledged, before.hash if before else GENESIS, rows, max(0, newest - acknowledged)
    )


def _within(rows: list[JournalRow], most_bytes: int) -> list[JournalRow]:
    size = 0
    for index, row in enumerate(rows):
        size += len(row.data)
        if size > most_bytes and index:
            return rows[:index]
    return rows
