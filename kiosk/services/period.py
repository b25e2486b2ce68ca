"""The entries of a run of business days, in journal order, or one of them; sums up nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, tuple_

from kiosk.ledger.entries import Entry, decode_own
from kiosk.store import journal as journals
from kiosk.store.tables import journal


class Written(NamedTuple):
    """An entry and its place in the chain."""

    entry: Entry
    hash: bytes


def between(conn: Connection, first: str, last: str) -> Iterator[Written]:
    """Entries of the business days `first` … `last`.

    Days only move forward in a journal, so they are one run, begun by the `day-open` of its first day.
    """
    row = conn.execute(_OPENED, {"b_first": first}).first()
    if row is None:
        return
    for written in behind(conn, (row.epoch, row.seq - 1)):
        if written.entry.day > last:
            return
        if written.entry.day >= first:
            yield written


def behind(conn: Connection, place: tuple[int, int]) -> Iterator[Written]:
    """Every entry behind `place` (epoch, seq)."""
    for row in conn.execute(_BEHIND, {"b_epoch": place[0], "b_seq": place[1]}):
        yield Written(decode_own(row.data), row.hash)


def one(conn: Connection, epoch: int, seq: int) -> Entry:
    """The entry at a place that a folded table names."""
    row = journals.get(conn, epoch, seq)
    assert row is not None, f"{epoch}-{seq} is folded but not written"
    return decode_own(row.data)


_OPENED = (
    select(journal.c.epoch, journal.c.seq)
    .where(journal.c.kind == "day-open", journal.c.day >= bindparam("b_first"))
    .order_by(journal.c.day, journal.c.epoch, journal.c.seq)
    .limit(1)
)
_BEHIND = (
    select(journal.c.data, journal.c.hash)
    .where(tuple_(journal.c.epoch, journal.c.seq) > tuple_(bindparam("b_epoch"), bindparam("b_seq")))
    .order_by(journal.c.epoch, journal.c.seq)
)
