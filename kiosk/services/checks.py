"""What must hold in a terminal's books: one generator a check, each yielding sentences for technicians."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Table, func, select

from kiosk.ledger import measures, moves, points, stock, tallies
from kiosk.ledger.cards import slip_number
from kiosk.ledger.entries import GENESIS, BadEntryError, Entry, decode, decode_own, link
from kiosk.ledger.postings import postings
from kiosk.services import refold
from kiosk.store import cursors, journal, side
from kiosk.store.tables import (
    bucket,
    loan,
    lot,
    order_done,
    posting,
    pot,
    print_job,
    request,
    reversal,
    slip,
    state,
    stock_move,
    tally,
    total,
)
from kiosk.store.tables import journal as journal_table

MOST_SHOWN = 10  # problems of one kind; the rest is counted


def everything(conn: Connection, number: int) -> Iterator[str]:
    """Every problem in the books of terminal `number`; no personal data, households by their last digits."""
    yield from _file(conn)
    yield from _chain(conn, number)
    for check in CHECKS:
        yield from check(conn)
    yield from _queue(conn, number)
    for ref in side.damaged(conn)[:MOST_SHOWN]:
        yield f"side: {ref} is not what was put there"


def _file(conn: Connection) -> Iterator[str]:
    """SQLite's own look at its pages and indexes."""
    for row in conn.exec_driver_sql(f"PRAGMA integrity_check({MOST_SHOWN})"):
        if row[0] != "ok":
            yield f"file: {row[0]}"


def _chain(conn: Connection, number: int) -> Iterator[str]:
    """Every entry is canonical, in sequence, chained and ours; the stored postings are what it says."""
    epoch, seq, previous = 0, 0, GENESIS
    moved = _Lines(conn, posting, ("household", "pot", "expires", "tenths"))
    shifted = _Lines(conn, stock_move, ("sku", "lot", "place", "pieces"))
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
            said = postings(entry.kind, entry.body)
            shelved = stock.moves(entry.kind, entry.body)
        except (BadEntryError, KeyError, TypeError, ValueError) as error:
            yield f"chain: {name} can't be read ({type(error).__name__})"
            continue
        if (entry.terminal, entry.epoch, entry.seq) != (number, row.epoch, row.seq):
            yield f"chain: {name} calls itself {entry.terminal}/{entry.epoch}-{entry.seq}"
        if moved.of(row.epoch, row.seq) != [tuple(item) for item in said]:
            yield f"points: {name} has other postings than it says"
        if shifted.of(row.epoch, row.seq) != [tuple(item) for item in shelved]:
            yield f"stock: {name} has other moves than it says"
    if moved.left() or shifted.left():
        yield "chain: postings or moves without an entry"


class _Lines:
    """Stored lines of one table, handed out entry by entry in journal order."""

    def __init__(self, conn: Connection, table: Table, columns: tuple[str, ...]) -> None:
        wanted = [table.c.epoch, table.c.seq, *(table.c[name] for name in columns)]
        order = (table.c.epoch, table.c.seq, table.c.line)
        self._rows = iter(conn.execute(select(*wanted).order_by(*order)))
        self._next: Any = next(self._rows, None)
        self._orphans = False

    def of(self, epoch: int, seq: int) -> list[tuple[Any, ...]]:
        """The lines of one entry; entries are asked for in order."""
        found: list[tuple[Any, ...]] = []
        while self._next is not None and (self._next[0], self._next[1]) <= (epoch, seq):
            if (self._next[0], self._next[1]) == (epoch, seq):
                found.append(tuple(self._next[2:]))
            else:
                self._orphans = True
            self._next = next(self._rows, None)
        return found

    def left(self) -> bool:
        """Whether there were lines of no entry."""
        return self._orphans or self._next is not None


def _records(conn: Connection) -> Iterator[str]:
    """Slips, requests, reversals, orders, months and homes are what the entries say, one for one."""
    said: dict[str, dict[Any, Any]] = {name: {} for name in _RECORDS}
    for row in journal.everything(conn):
        try:
            _note(said, decode_own(row.data))
        except (BadEntryError, KeyError, TypeError, ValueError):
            continue  # the chain's check names it
    for name, (table, keys, values) in _RECORDS.items():
        wanted = [table.c[column] for column in (*keys, *values)]
        kept = {tuple(row[: len(keys)]): tuple(row[len(keys) :]) for row in conn.execute(select(*wanted))}
        differing = sum(1 for key in kept.keys() | said[name].keys() if kept.get(key) != said[name].get(key))
        if differing:
            yield f"{name}: {differing} differ from what the entries say"


# what is compared → table, its key, the columns that must agree
_RECORDS: dict[str, tuple[Table, tuple[str, ...], tuple[str, ...]]] = {
    "slips": (slip, ("epoch", "number"), ("seq",)),
    "requests": (request, ("id",), ("epoch", "seq")),
    "reversals": (reversal, ("epoch", "seq"), ("by_epoch", "by_seq")),
    "orders": (order_done, ("id",), ("epoch", "seq", "refused")),
    "months": (tally, ("month", "household", "rule"), ("earned", "deducted")),
    "day": (state, ("name",), ("value",)),
    "homes": (pot, ("household",), ("settled",)),
}


def _note(said: dict[str, dict[Any, Any]], entry: Entry) -> None:
    body, here = entry.body, (entry.epoch, entry.seq)
    if "slip" in body:
        said["slips"][entry.epoch, body["slip"]] = (entry.seq,)
    if "req" in body:
        said["requests"][(body["req"],)] = here
    if "of" in body:
        said["reversals"][tuple(body["of"])] = here
    if "order" in body:
        said["orders"][(body["order"],)] = (*here, body.get("code", ""))
    if entry.kind == "day-open":
        said["day"][("day",)] = (entry.day,)
    if entry.kind == "void-deny":
        asked = tuple(body["ask"])
        said["reversals"] = {of: by for of, by in said["reversals"].items() if by != asked}
    _note_home(said["homes"], entry)
    if points.honour_change(entry.kind, body):
        key = tallies.key(entry.day, body)
        before, change = said["months"].get(key, (0, 0)), tallies.change(entry.kind, body)
        said["months"][key] = (before[0] + change[0], before[1] + change[1])


def _note_home(said: dict[Any, Any], entry: Entry) -> None:
    settled = moves.settled_after(entry.kind, entry.body)
    for item in postings(entry.kind, entry.body):
        said.setdefault((item.household,), (0,))
    if settled is not None:
        said[(entry.body["hh"],)] = (settled,)


def _sums(conn: Connection) -> Iterator[str]:
    """Pots and buckets equal their postings, totals equal all postings, and everything sums to zero."""
    posted: dict[tuple[str, str], int] = {}
    ending: dict[tuple[str, str], int] = {}
    for row in conn.execute(_POSTED):
        key = (row.household, row.pot)
        posted[key] = posted.get(key, 0) + row.tenths
        if row.pot == points.AVAILABLE:
            ending[row.household, row.expires] = row.tenths
    pots = {row.household: row for row in conn.execute(select(pot))}
    for household in sorted(pots.keys() | {household for household, _ in posted}):
        for name in points.HOUSEHOLD_POTS:
            sign = -1 if name == points.OWED else 1
            kept = getattr(pots[household], name) if household in pots else 0
            if kept != sign * posted.get((household, name), 0):
                yield f"points: household …{household[-4:]}: {name} differs from its entries"
    buckets = {(row.household, row.expires): row.tenths for row in conn.execute(select(bucket))}
    for household, expires in sorted(buckets.keys() | ending.keys()):
        if buckets.get((household, expires), 0) != ending.get((household, expires), 0):
            bucket_name = expires or "endless"
            yield f"points: household …{household[-4:]}: bucket {bucket_name} differs from its entries"
    totals = {row.pot: row.tenths for row in conn.execute(select(total))}
    for name in (*points.HOUSEHOLD_POTS, *points.HOUSE_POTS):
        if totals.get(name, 0) != sum(tenths for (_, pot_name), tenths in posted.items() if pot_name == name):
            yield f"points: total of {name} differs from its entries"
    if sum(totals.values()):
        yield "points: issued does not equal what became of it"


def _honour(conn: Connection) -> Iterator[str]:
    """The honour score is what was earned less what was deducted, by month."""
    counted = {
        row.household: row.honour
        for row in conn.execute(
            select(tally.c.household, func.sum(tally.c.earned - tally.c.deducted).label("honour")).group_by(
                tally.c.household
            )
        )
    }
    for row in conn.execute(select(pot.c.household, pot.c.honour)):
        if row.honour != counted.get(row.household, 0):
            yield f"points: household …{row.household[-4:]}: honour differs from its months"


def _loans(conn: Connection) -> Iterator[str]:
    """Every loan is what the entries of its household say, and nobody has two of them open."""
    kept = {
        (row.epoch, row.seq): (row.household, row.amount, row.remaining, row.day, row.due, row.closed)
        for row in conn.execute(select(loan))
    }
    said: dict[tuple[int, int], tuple[Any, ...]] = {}
    running: dict[str, tuple[int, int]] = {}
    owed: dict[str, int] = {}
    if not kept and conn.execute(_LENT).first() is None:
        return
    for row in journal.everything(conn):
        try:
            entry = decode_own(row.data)
            for item in postings(entry.kind, entry.body):
                if item.pot == points.OWED:
                    owed[item.household] = owed.get(item.household, 0) - item.tenths
            _note_loan(said, running, owed, entry)
        except (BadEntryError, KeyError, TypeError, ValueError):
            continue  # the chain's check names it
    differing = sum(1 for key in kept.keys() | said.keys() if kept.get(key) != said.get(key))
    if differing:
        yield f"loans: {differing} differ from what the entries say"


def _note_loan(
    said: dict[tuple[int, int], tuple[Any, ...]],
    running: dict[str, tuple[int, int]],
    owed: Mapping[str, int],
    entry: Entry,
) -> None:
    body, who = entry.body, entry.body.get("hh", "")
    if entry.kind == "borrow":
        running[who] = (entry.epoch, entry.seq)
        said[running[who]] = (who, body["amount"], body["amount"], entry.day, body["due"], "")
    elif "loan" in body and entry.kind == "move-out":
        left_open = running.pop(who)
        said[left_open] = (*said[left_open][:2], 0, *said[left_open][3:5], entry.day)
    elif "loan" in body:
        amount, left, day, due = body["loan"]
        if who in running:  # borrowed here meanwhile: one loan of both
            _who, before, left_before, began, due_before, _closed = said[running[who]]
            said[running[who]] = (who, before + amount, left_before + left, began, max(due, due_before), "")
        else:
            running[who] = (entry.epoch, entry.seq)
            said[running[who]] = (who, amount, left, day, due, "")
    elif who in running and (entry.kind == "repay" or body.get("repaid")):
        *about, left, day, due, _closed = said[running[who]]
        left = measures.loan_left(left, owed.get(who, 0), entry.kind, body)
        said[running[who]] = (*about, left, day, due, "" if left else entry.day)
        if not left:
            del running[who]


def _stock(conn: Connection) -> Iterator[str]:
    """Every lot has what its moves say."""
    moved = {
        (row.sku, row.lot, row.place): row.pieces
        for row in conn.execute(
            select(
                stock_move.c.sku,
                stock_move.c.lot,
                stock_move.c.place,
                func.sum(stock_move.c.pieces).label("pieces"),
            ).group_by(stock_move.c.sku, stock_move.c.lot, stock_move.c.place)
        )
    }
    lots: dict[tuple[str, str, str], int] = {}
    for row in conn.execute(select(lot)):
        lots[row.sku, row.lot, stock.SHELF], lots[row.sku, row.lot, stock.HELD] = row.pieces, row.held
    for key in sorted(lots.keys() | moved.keys()):
        have, say = lots.get(key, 0), moved.get(key, 0)
        if have != say:
            yield f"stock: {key[0]} lot {key[1]} has {have} ({key[2]}), its moves say {say}"


def _slips(conn: Connection) -> Iterator[str]:
    """Slip numbers run from 1 without gap in every epoch."""
    numbers = select(slip.c.epoch, func.count().label("made"), func.max(slip.c.number).label("last"))
    for row in conn.execute(numbers.group_by(slip.c.epoch)):
        if row.made != row.last:
            yield f"slips: epoch {row.epoch} has {row.made} slips up to number {row.last}"


def _queue(conn: Connection, number: int) -> Iterator[str]:
    """Every slip made here has its stub in the print queue, once, and the queue has no other.

    Slips of entries that came back from the county were queued where they were made.
    """
    stubs: dict[str, int] = {}
    queued = select(print_job.c.slip, func.count().label("made")).where(
        print_job.c.reprint == 0, print_job.c.copy == "stub"
    )
    for row in conn.execute(queued.group_by(print_job.c.slip)):
        stubs[row.slip] = row.made
    slips: set[str] = set()
    made_here: set[str] = set()
    for row in conn.execute(select(slip)):
        name = slip_number(number, row.epoch, row.number)
        slips.add(name)
        back_from = cursors.get(conn, cursors.taken_back(row.epoch))
        if not back_from or row.seq < back_from:
            made_here.add(name)
    for name in sorted(made_here - stubs.keys())[:MOST_SHOWN]:
        yield f"queue: slip {name} has no stub"
    for name in sorted(stubs.keys() - slips)[:MOST_SHOWN]:
        yield f"queue: a stub of {name}, which no entry made"
    for name in sorted(name for name, count in stubs.items() if count > 1)[:MOST_SHOWN]:
        yield f"queue: slip {name} has more than one stub that is no reprint"


_POSTED = select(
    posting.c.household, posting.c.pot, posting.c.expires, func.sum(posting.c.tenths).label("tenths")
).group_by(posting.c.household, posting.c.pot, posting.c.expires)

_LENT = select(journal_table.c.seq).where(journal_table.c.kind.in_(("borrow", "move-in"))).limit(1)

CHECKS: tuple[Callable[[Connection], Iterator[str]], ...] = (
    _records,
    _sums,
    _honour,
    _loans,
    _stock,
    _slips,
    refold.differences,
)
