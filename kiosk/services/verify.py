"""Checking a terminal's books against themselves, and folding them anew from the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.ledger import points, stock
from kiosk.ledger.entries import GENESIS, BadEntryError, decode, decode_own, link
from kiosk.services import feed
from kiosk.services.terminal import Terminal
from kiosk.store import fold, journal
from kiosk.store.database import Database
from kiosk.store.tables import (
    FEED_TABLES,
    FOLD_TABLES,
    bucket,
    lot,
    posting,
    pot,
    print_job,
    request,
    slip,
    stock_move,
    total,
)
from kiosk.store.tables import journal as journal_table

MOST_PROBLEMS = 100


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """What was found; no personal data."""

    ok: bool
    entries: int
    problems: tuple[str, ...]


def verify(terminal: Terminal) -> Verified:
    """Check chain, sums, stock, slips and queue of the terminal's database; writes nothing."""
    return verify_database(terminal.db, terminal.identity.terminal)


def verify_database(database: Database, number: int) -> Verified:
    """`verify` for the database of terminal `number`."""
    problems: list[str] = []
    with database.read() as conn:
        entries = 0
        for check in (lambda one: _chain(one, number), *CHECKS):
            for problem in check(conn):
                if len(problems) < MOST_PROBLEMS:
                    problems.append(problem)
        entries = conn.execute(select(func.count()).select_from(journal_table)).scalar_one()
    return Verified(ok=not problems, entries=entries, problems=tuple(problems))


def rebuild(terminal: Terminal) -> Verified:
    """Fold the journal and the stored feed anew, in one transaction; says what had differed before.

    With a broken chain nothing is touched.
    """
    before = verify(terminal)
    if any(problem.startswith("chain") for problem in before.problems):
        return before
    with terminal.db.write() as conn:
        old = _dump(conn)
        fold.clear(conn)
        for row in journal.everything(conn):
            fold.fold(conn, decode_own(row.data))
        feed.rebuild(conn)
        new = _dump(conn)
    changed = [f"rebuilt: {name} was different" for name in old if old[name] != new[name]]
    after = verify(terminal)
    return Verified(ok=after.ok, entries=after.entries, problems=(*changed, *after.problems))


def _chain(conn: Connection, number: int) -> Iterator[str]:
    """Every entry is canonical, in sequence, chained and ours; the stored postings are what it says."""
    epoch, seq, previous = 0, 0, GENESIS
    moved = _Rows(conn, posting, ("household", "pot", "expires", "tenths"))
    shifted = _Rows(conn, stock_move, ("sku", "lot", "pieces"))
    for row in journal.everything(conn):
        name = f"{row.epoch}-{row.seq}"
        if row.epoch != epoch:
            epoch, seq, previous = row.epoch, 0, GENESIS
        if row.seq != seq + 1:
            yield f"chain: {name} follows {epoch}-{seq}"
        if link(previous, row.data) != row.hash:
            yield f"chain: {name} does not fit its hash"
        seq, previous = row.seq, row.hash
        try:
            entry = decode(row.data)
            if (entry.terminal, entry.epoch, entry.seq) != (number, row.epoch, row.seq):
                yield f"chain: {name} calls itself {entry.terminal}/{entry.epoch}-{entry.seq}"
            if moved.of(row.epoch, row.seq) != [
                tuple(item) for item in points.postings(entry.kind, entry.body)
            ]:
                yield f"points: {name} has other postings than it says"
            if shifted.of(row.epoch, row.seq) != [
                tuple(item) for item in stock.moves(entry.kind, entry.body)
            ]:
                yield f"stock: {name} has other moves than it says"
        except (BadEntryError, KeyError, TypeError, ValueError) as error:
            yield f"chain: {name} can't be read ({type(error).__name__})"
    if moved.left() or shifted.left():
        yield "chain: postings or moves without an entry"


class _Rows:
    """Stored lines of one table, handed out entry by entry in journal order."""

    def __init__(self, conn: Connection, table: Any, columns: tuple[str, ...]) -> None:
        wanted = [table.c.epoch, table.c.seq, *(table.c[name] for name in columns)]
        order = (table.c.epoch, table.c.seq, table.c.line)
        self._rows = iter(
            conn.execution_options(stream_results=True).execute(select(*wanted).order_by(*order))
        )
        self._next: Any = next(self._rows, None)

    def of(self, epoch: int, seq: int) -> list[tuple[Any, ...]]:
        found: list[tuple[Any, ...]] = []
        while self._next is not None and (self._next[0], self._next[1]) == (epoch, seq):
            found.append(tuple(self._next[2:]))
            self._next = next(self._rows, None)
        return found

    def left(self) -> bool:
        return self._next is not None


def _sums(conn: Connection) -> Iterator[str]:
    """Pots equal their postings and buckets, totals equal all postings, and everything sums to zero."""
    posted = {
        (row.household, row.pot): row.tenths
        for row in conn.execute(
            select(posting.c.household, posting.c.pot, func.sum(posting.c.tenths).label("tenths")).group_by(
                posting.c.household, posting.c.pot
            )
        )
    }
    in_buckets = dict(
        conn.execute(select(bucket.c.household, func.sum(bucket.c.tenths)).group_by(bucket.c.household))
        .tuples()
        .all()
    )
    for row in conn.execute(select(pot)):
        tail = row.household[-4:]
        for name in points.HOUSEHOLD_POTS:
            sign = -1 if name == points.OWED else 1
            if getattr(row, name) != sign * posted.get((row.household, name), 0):
                yield f"points: household …{tail}: {name} differs from its entries"
        if in_buckets.get(row.household, 0) != row.available:
            yield f"points: household …{tail}: buckets differ from available"
    totals = {row.pot: row.tenths for row in conn.execute(select(total))}
    for name in (*points.HOUSEHOLD_POTS, *points.HOUSE_POTS):
        if totals.get(name, 0) != sum(tenths for (_, pot_name), tenths in posted.items() if pot_name == name):
            yield f"points: total of {name} differs from its entries"
    if sum(totals.values()):
        yield "points: issued does not equal what became of it"


def _stock(conn: Connection) -> Iterator[str]:
    moved = select(func.coalesce(func.sum(stock_move.c.pieces), 0)).where(
        stock_move.c.sku == lot.c.sku, stock_move.c.lot == lot.c.lot
    )
    for row in conn.execute(select(lot, moved.scalar_subquery().label("moved"))):
        if row.pieces != row.moved:
            yield f"stock: {row.sku} lot {row.lot} has {row.pieces}, its moves say {row.moved}"


def _slips(conn: Connection) -> Iterator[str]:
    rows = conn.execute(
        select(slip.c.epoch, func.count().label("count"), func.max(slip.c.number).label("last")).group_by(
            slip.c.epoch
        )
    )
    for row in rows:
        if row.count != row.last:
            yield f"slips: epoch {row.epoch} has {row.count} slips up to number {row.last}"
    if _count(conn, slip) < _count(conn, request):
        yield "slips: more requests than slips"


def _queue(conn: Connection) -> Iterator[str]:
    """Every redemption made here has its stub in the print queue."""
    jobs = conn.execute(
        select(func.count(func.distinct(print_job.c.slip))).where(print_job.c.reprint == 0)
    ).scalar_one()
    redeemed = conn.execute(
        select(func.count()).select_from(journal_table).where(journal_table.c.kind == "redeem")
    ).scalar_one()
    if jobs != redeemed:
        yield f"queue: {redeemed} redemptions, but slips of {jobs}"


def _count(conn: Connection, table: Any) -> int:
    return int(conn.execute(select(func.count()).select_from(table)).scalar_one())


def _dump(conn: Connection) -> dict[str, list[Any]]:
    tables = (*FOLD_TABLES, *FEED_TABLES)
    return {
        table.name: [tuple(row) for row in conn.execute(select(table).order_by(*table.primary_key.columns))]
        for table in tables
    }


CHECKS: tuple[Callable[[Connection], Iterator[str]], ...] = (_sums, _stock, _slips, _queue)
