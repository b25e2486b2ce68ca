"""Whether the county's books hold: chains, signed heads, sums, the fold, the feed; and against a terminal.

A list of pure checks over one consistent view; changes nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, func, select

from kiosk.keys import verify as signature_holds
from kiosk.ledger.entries import GENESIS, BadEntryError, Entry, decode, link
from sync.county import acts, beside
from sync.county.database import County, CountyError
from sync.county.project import MoveEnded, MoveSent, Projection, project
from sync.county.tables import acts as acts_table
from sync.county.tables import (
    balances,
    entries,
    epochs,
    feed_rows,
    feed_scopes,
    flags,
    heads,
    move_ends,
    moves,
    redemptions,
    totals,
)
from sync.protocol import head_part

MOST_PROBLEMS = 100  # beyond that the books are beyond listing
_ROWS_A_READ = 5_000


class Report(msgspec.Struct, frozen=True):
    """What `county verify` found; `problems` name the place, never a person."""

    ok: bool
    entries: int
    terminals: int
    compared: int  # entries compared with a terminal's own database
    problems: list[str]  # what must never be
    flags: list[str]  # what a person should look at: taken, but odd
    away_tenths: int = 0  # on their way between terminals


def verify(county: County, terminal_db: Path | None = None) -> Report:
    """Check everything. Raises `CountyError` when the terminal's database can't be read."""
    problems: list[str] = []
    count = compared = 0
    with county.read() as conn:
        sums: dict[str, dict[Any, int]] = {"balances": {}, "totals": {}}
        listed: set[tuple[Any, ...]] = set()
        moved = _Moves({}, set())
        noted: set[tuple[Any, ...]] = set()
        for epoch in _epochs(conn, county.code):
            chain = _Chain(epoch, problems)
            for part in chain.parts(conn, county.code):
                _fold(part, epoch, sums, listed, moved)
                noted.update(
                    (one.terminal, one.epoch, one.seq, one.kind, one.day) for one in acts.listed(part)
                )
                count += len(part)
            chain.end(conn, county.code)
        problems += _compare_fold(conn, county.code, sums, listed)
        problems += _compare_moves(conn, county.code, moved)
        problems += _compare_acts(conn, county.code, noted)
        away = sum(value for (_, name), value in sums["totals"].items() if name == "away")
        problems += moved.sums(away)
        problems += _feed_gaps(conn, county.code)
        problems += [f"beside: {ref} is not what was put there" for ref in beside.damaged(conn, county.code)]
        seen = conn.execute(
            select(func.count(epochs.c.terminal.distinct())).where(epochs.c.county == county.code)
        ).scalar_one()
        flagged = _flagged(conn, county.code)
        if terminal_db is not None:
            compared, differing = compare(conn, county.code, terminal_db)
            problems += differing
    return Report(not problems, count, seen, compared, problems[:MOST_PROBLEMS], flagged, away)


class _Moves(NamedTuple):
    """What the journals say of moves: those that left, by number, and where they ended."""

    sent: dict[tuple[int, int, int], MoveSent]
    ended: set[tuple[int, MoveEnded]]

    def sums(self, away: int) -> Iterator[str]:
        """`away` holds what has left and did not end, less what ended and never left."""
        left = sum(one.amount for one in self.sent.values())
        ended = sum(end.amount for _, end in self.ended if end.state != "declined")
        if left - ended != away:
            yield f"moves: {left - ended} tenths are on their way, the books say {away}"


def compare(conn: Connection, county: str, terminal_db: Path) -> tuple[int, list[str]]:
    """Row by row: every entry of the terminal that is acknowledged is here, byte for byte, and none more."""
    try:
        own = sqlite3.connect(f"{terminal_db.resolve().as_uri()}?mode=ro", uri=True)
        try:
            rows = own.execute("SELECT epoch, seq, data FROM journal ORDER BY epoch, seq").fetchall()
        finally:
            own.close()
    except sqlite3.Error as error:
        raise CountyError(f"{terminal_db}: not readable as a terminal's database: {error}") from None
    if not rows:
        return 0, []
    try:
        terminal = decode(bytes(rows[0][2])).terminal
    except BadEntryError:
        raise CountyError(f"{terminal_db}: its first entry is unreadable; run `kiosk verify` there") from None
    theirs = {(epoch, seq): bytes(data) for epoch, seq, data in rows}
    ours = {
        (row.epoch, row.seq): bytes(row.bytes)
        for row in conn.execute(
            select(entries.c.epoch, entries.c.seq, entries.c.bytes).where(
                entries.c.county == county, entries.c.terminal == terminal
            )
        )
    }
    problems = [
        f"terminal {terminal} entry {epoch}-{seq}: " + _difference((epoch, seq), theirs, ours)
        for epoch, seq in sorted(theirs.keys() | ours.keys())
        if theirs.get((epoch, seq)) != ours.get((epoch, seq))
    ]
    return len(theirs.keys() & ours.keys()), problems


class _Chain:
    """Walks one epoch's entries in order and notes what does not hold."""

    def __init__(self, epoch: Any, problems: list[str]) -> None:
        self._epoch = epoch
        self._problems = problems
        self._seq = 0
        self._hash = GENESIS
        self._hashes: dict[int, bytes] = {}

    def parts(self, conn: Connection, county: str) -> Iterator[list[Entry]]:
        """All entries, checked, a slice at a time."""
        while rows := conn.execute(
            select(entries.c.seq, entries.c.bytes, entries.c.hash)
            .where(*_of(entries, county, self._epoch), entries.c.seq > self._seq)
            .order_by(entries.c.seq)
            .limit(_ROWS_A_READ)
        ).all():
            yield [entry for row in rows if (entry := self._check(row)) is not None]

    def _check(self, row: Any) -> Entry | None:
        if row.seq != self._seq + 1:
            self._note(row.seq, f"follows {self._seq}: entries are missing")
        data = bytes(row.bytes)
        self._seq, self._hash = row.seq, link(self._hash, data)
        self._hashes[row.seq] = self._hash
        if self._hash != bytes(row.hash):
            self._note(row.seq, "the chain does not hold")
            self._hash = bytes(row.hash)
        try:
            entry = decode(data)
        except BadEntryError:
            self._note(row.seq, "is not an entry")
            return None
        if entry[:3] != (self._epoch.terminal, self._epoch.epoch, row.seq):
            self._note(row.seq, "says it is another")
        return entry

    def end(self, conn: Connection, county: str) -> None:
        """The end of the chain against what is acknowledged, and every signed head."""
        epoch = self._epoch
        if (self._seq, self._hash) != (epoch.acknowledged, bytes(epoch.acknowledged_hash)):
            self._note(self._seq, f"is the last, but {epoch.acknowledged} is acknowledged")
        last = 0
        for head in conn.execute(select(heads).where(*_of(heads, county, epoch)).order_by(heads.c.seq)):
            digest = bytes(head.hash)
            signed = head_part(epoch.terminal, epoch.epoch, head.seq, digest)
            if self._hashes.get(head.seq) != digest:
                self._note(head.seq, "a signed head is not in the chain")
            elif not signature_holds(bytes(head.public), bytes(head.signature), signed):
                self._note(head.seq, "the signature over the head does not hold")
            last = head.seq
        if last != epoch.acknowledged:
            self._note(epoch.acknowledged, "no signed head covers the end")

    def _note(self, seq: int, text: str) -> None:
        self._problems.append(f"terminal {self._epoch.terminal} entry {self._epoch.epoch}-{seq}: {text}")


def _epochs(conn: Connection, county: str) -> list[Any]:
    return list(
        conn.execute(
            select(epochs).where(epochs.c.county == county).order_by(epochs.c.terminal, epochs.c.epoch)
        ).all()
    )


def _fold(
    part: list[Entry], epoch: Any, sums: dict[str, dict[Any, int]], listed: set[Any], moved: _Moves
) -> None:
    result: Projection = project(part, {})
    for key, tenths in result.balances.items():
        sums["balances"][key] = sums["balances"].get(key, 0) + tenths
    for name, value in result.totals.items():
        sums["totals"][epoch.centre, name] = sums["totals"].get((epoch.centre, name), 0) + value
    for sent in result.sent:
        moved.sent.setdefault((epoch.terminal, sent.epoch, sent.seq), sent)
    moved.ended.update((epoch.terminal, end) for end in result.ended)
    for one in result.redemptions:
        listed.add((epoch.terminal, one.epoch, one.seq, one.household, one.charge, one.pieces))


def _compare_fold(
    conn: Connection, county: str, sums: dict[str, dict[Any, int]], listed: set[Any]
) -> Iterator[str]:
    kept = {
        (row.household, row.pot, row.expires): row.tenths
        for row in conn.execute(select(balances).where(balances.c.county == county))
    }
    yield from _differences("balance", sums["balances"], kept)
    summed = {
        (row.centre, row.name): row.value
        for row in conn.execute(select(totals).where(totals.c.county == county))
    }
    yield from _differences("total", sums["totals"], summed)
    of_pots = sum(value for (_, name), value in summed.items() if name not in _COUNTS)
    if of_pots:
        yield f"the pots do not sum to zero: {of_pots} tenths over"
    shown = {
        (row.terminal, row.epoch, row.seq, row.household, row.charge, row.pieces)
        for row in conn.execute(select(redemptions).where(redemptions.c.county == county))
    }
    for row in sorted(shown ^ listed):
        side = "is listed but not in the journal" if row in shown else "is in the journal but not listed"
        yield f"redemption {row[0]}/{row[1]}-{row[2]}: {side}"


def _compare_moves(conn: Connection, county: str, moved: _Moves) -> Iterator[str]:
    kept = {
        (row.terminal, row.epoch, row.seq): MoveSent(*(getattr(row, name) for name in MoveSent._fields))
        for row in conn.execute(select(moves).where(moves.c.county == county))
    }
    for key in sorted(kept.keys() | moved.sent.keys()):
        if kept.get(key) != moved.sent.get(key):
            yield f"move {key[0]}/{key[1]}-{key[2]}: the books do not say what its entry says"
    ends = {
        (row.by_terminal, MoveEnded(*(getattr(row, name) for name in MoveEnded._fields)))
        for row in conn.execute(select(move_ends).where(move_ends.c.county == county))
    }
    for by, end in sorted(ends ^ moved.ended):
        yield f"move {end.terminal}/{end.epoch}-{end.seq}: its end at terminal {by} is not what an entry says"


def _compare_acts(conn: Connection, county: str, noted: set[tuple[Any, ...]]) -> Iterator[str]:
    columns = (acts_table.c[name] for name in ("terminal", "epoch", "seq", "kind", "day"))
    kept = {tuple(row) for row in conn.execute(select(*columns).where(acts_table.c.county == county))}
    for terminal, epoch, seq, kind, _day in sorted(kept ^ noted):
        yield f"terminal {terminal} entry {epoch}-{seq}: the list of acts does not have it as {kind}"


def _differences(what: str, folded: dict[Any, int], kept: dict[Any, int]) -> Iterator[str]:
    for key in sorted(folded.keys() | kept.keys()):
        if folded.get(key, 0) != kept.get(key, 0):
            said, is_so = kept.get(key, 0), folded.get(key, 0)
            yield f"{what} {'/'.join(key)}: the books say {said}, the journals {is_so}"


def _feed_gaps(conn: Connection, county: str) -> Iterator[str]:
    rows = conn.execute(
        select(
            feed_rows.c.scope, func.count(), func.min(feed_rows.c.position), func.max(feed_rows.c.position)
        )
        .where(feed_rows.c.county == county)
        .group_by(feed_rows.c.scope)
    )
    found = {scope: (count, first, last) for scope, count, first, last in rows}
    for scope, position in conn.execute(
        select(feed_scopes.c.scope, feed_scopes.c.position).where(feed_scopes.c.county == county)
    ):
        if found.get(scope, (0, 1, 0)) != (position, 1, position):
            yield f"feed {scope}: positions 1 to {position} are not all there"


def _flagged(conn: Connection, county: str) -> list[str]:
    found = conn.execute(
        select(flags.c.terminal, flags.c.epoch, flags.c.seq, flags.c.code)
        .where(flags.c.county == county)
        .order_by(*flags.primary_key.columns)
        .limit(MOST_PROBLEMS)
    )
    return [f"terminal {row.terminal} entry {row.epoch}-{row.seq}: {row.code}" for row in found]


def _difference(place: tuple[int, int], theirs: dict[Any, bytes], ours: dict[Any, bytes]) -> str:
    if place not in ours:
        return "is not here yet"
    return "is here but not at the terminal" if place not in theirs else "differs"


def _of(table: Any, county: str, epoch: Any) -> list[Any]:
    return [table.c.county == county, table.c.terminal == epoch.terminal, table.c.epoch == epoch.epoch]


_COUNTS = ("entries", "redemptions", "pieces")
