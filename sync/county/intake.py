"""Taking a terminal's exchange: check, store, fold, advance, commit - then answer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from kiosk.keys import verify
from kiosk.ledger.entries import GENESIS, BadEntryError, Entry, decode, link
from sync.county import beside, books, devices, feed, moves
from sync.county.database import County
from sync.county.project import Flag
from sync.county.tables import entries, epochs, heads, set_aside, terminals
from sync.county.upserts import insert_many, insert_new
from sync.pack import PackError, unpack
from sync.protocol import (
    MAX_BATCH_BYTES,
    MAX_BATCH_ENTRIES,
    Batch,
    Exchange,
    ExchangeAnswer,
    ProtocolError,
    Sealed,
    head_part,
    read_body,
    scopes,
    unseal,
)

MOST_OFFSET_MS = 10**15
FEED_RESTORED = "feed-restored"  # the terminal knew feed rows that the county's database no longer has


class NotTakenError(Exception):
    """The exchange is refused whole and nothing changed; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Run(NamedTuple):
    """A batch whose chain and signed head hold."""

    batch: Batch
    lines: list[bytes]
    hashes: list[bytes]
    decoded: list[Entry]


def exchange(county: County, sealed: Sealed, next_s: float) -> ExchangeAnswer:
    """Take what the terminal sends and answer with what is acknowledged and the next feed pages.

    Everything that can be checked without the terminal's lock is checked before it is taken. Raises
    `NotTakenError` and `sync.protocol.ProtocolError`; nothing has changed then.
    """
    known = terminal_of(county, sealed.sender)
    message, public = _unsealed(county, sealed, known)
    former = public != known.public
    if message.terminal != known.terminal:
        raise NotTakenError("not-your-terminal")
    run = None if message.batch is None else check_batch(message, message.batch, public)
    now_ms = time.time_ns() // 1_000_000
    with county.write() as conn:
        row = conn.execute(_LOCK, {"b_county": county.code, "b_terminal": known.terminal}).one()
        epoch = conn.execute(
            _EPOCH, {"b_county": county.code, "b_terminal": known.terminal, "b_epoch": message.epoch}
        ).first()
        if epoch is None or row.public != known.public:  # enrolled anew since the check above
            raise NotTakenError("needs-epoch")
        state, acknowledged, digest = _take(conn, county.code, epoch, run, public, now_ms)
        anew: list[str] = []
        have_beside = -1
        if not former:
            own = {"county": county.code, "terminal": known.terminal, "centre": known.centre}
            have_beside = beside.take_in(conn, own, message.epoch, message.beside)
            devices.take_in(conn, county.code, known.terminal, message.devices)
            _note(conn, row, message, state, now_ms)
            anew = _other_rows(conn, county.code, known, message)
        if state == "taken":
            moves.pass_on(conn, county.code, known.terminal, row.epoch)
    with county.read() as conn:
        followed = () if former else scopes(known.terminal, known.centre)
        wanted = [(scope, 0 if scope in anew else message.positions.get(scope, 0)) for scope in followed]
        pages, more = feed.pages(county, conn, wanted)
    return ExchangeAnswer(
        state,
        message.epoch,
        acknowledged,
        digest,
        pages,
        more,
        next_s,
        now_ms,
        county.today(),
        anew,
        have_beside,
    )


def check_batch(message: Exchange, batch: Batch, public: bytes) -> Run:
    """The entries of a batch, after their chain and the signature over its head have held.

    Raises `NotTakenError`: `batch-too-large`, `batch-unreadable`, `bad-entry`, `bad-chain`, `bad-head`.
    """
    if not 0 < batch.count <= MAX_BATCH_ENTRIES or len(batch.packed) > MAX_BATCH_BYTES:
        raise NotTakenError("batch-too-large")
    last = batch.first_seq + batch.count - 1
    if not verify(public, batch.signature, head_part(message.terminal, message.epoch, last, batch.head)):
        raise NotTakenError("bad-head")
    try:
        lines = unpack(batch.packed, message.terminal, message.epoch, batch.first_seq)
        decoded = [decode(line) for line in lines]
    except PackError:
        raise NotTakenError("batch-unreadable") from None
    except BadEntryError:
        raise NotTakenError("bad-entry") from None
    place = (message.terminal, message.epoch)
    for seq, entry in enumerate(decoded, batch.first_seq):
        if (*place, seq) != entry[:3]:
            raise NotTakenError("bad-entry")
    hashes, previous = [], batch.previous
    for line in lines:
        previous = link(previous, line)
        hashes.append(previous)
    if previous != batch.head or len(lines) != batch.count:
        raise NotTakenError("bad-chain")
    return Run(batch, lines, hashes, decoded)


def _take(
    conn: Connection, county: str, epoch: Any, run: Run | None, public: bytes, now_ms: int
) -> tuple[str, int, bytes]:
    """(state, acknowledged seq, its hash) of the epoch after this batch."""
    have, digest = int(epoch.acknowledged), bytes(epoch.acknowledged_hash)
    if epoch.state == "closed":
        return _take_late(conn, county, epoch, run, now_ms)
    if epoch.state == "fork" or run is None:
        return ("fork" if epoch.state == "fork" else "taken"), have, digest
    first = run.batch.first_seq
    if first > have + 1:
        return "gap", have, digest
    stored = _hashes(conn, county, epoch, max(1, first - 1), first + len(run.hashes) - 1)
    fork_at = _differs(run, stored)
    if fork_at is not None:
        _fork(conn, county, epoch, run, fork_at, now_ms)
        return "fork", have, digest
    fresh = have + 1 - first
    if fresh >= len(run.lines):
        return "taken", have, digest
    _store(conn, county, epoch, run, fresh, public, now_ms)
    last = first + len(run.lines) - 1
    conn.execute(
        _ADVANCE,
        {
            "b_county": county,
            "b_terminal": epoch.terminal,
            "b_epoch": epoch.epoch,
            "acknowledged": last,
            "acknowledged_hash": run.batch.head,
        },
    )
    return "taken", last, run.batch.head


def _store(
    conn: Connection, county: str, epoch: Any, run: Run, fresh: int, public: bytes, now_ms: int
) -> None:
    own = {"county": county, "terminal": epoch.terminal, "epoch": epoch.epoch, "centre": epoch.centre}
    first = run.batch.first_seq
    insert_many(
        conn,
        entries,
        [
            {**own, "seq": first + place, "bytes": run.lines[place], "hash": run.hashes[place]}
            for place in range(fresh, len(run.lines))
        ],
    )
    signed = {"seq": first + len(run.lines) - 1, "hash": run.batch.head, "signature": run.batch.signature}
    conn.execute(insert(heads), {**own, **signed, "public": public, "received_at_ms": now_ms})
    books.take_in(conn, county, epoch.terminal, epoch.centre, run.decoded[fresh:], now_ms)


def _hashes(conn: Connection, county: str, epoch: Any, first: int, last: int) -> dict[int, bytes]:
    where = {"b_county": county, "b_terminal": epoch.terminal, "b_epoch": epoch.epoch}
    rows = conn.execute(_HASHES, {**where, "b_first": first, "b_last": last})
    return {row.seq: bytes(row.hash) for row in rows}


def _differs(run: Run, stored: dict[int, bytes]) -> int | None:
    """The first seq whose hash is not the one that is here; the hash before the batch counts too."""
    first = run.batch.first_seq
    before = GENESIS if first == 1 else stored.get(first - 1)
    if before != run.batch.previous:
        return first
    for seq, digest in enumerate(run.hashes, first):
        if stored.get(seq, digest) != digest:
            return seq
    return None


def _fork(conn: Connection, county: str, epoch: Any, run: Run, fork_at: int, now_ms: int) -> None:
    """Two histories under one number: ours stays, theirs is kept beside it, the terminal must stop."""
    _put_aside(conn, county, epoch, run, fork_at, "fork", now_ms)
    where = {"b_county": county, "b_terminal": epoch.terminal}
    conn.execute(_EPOCH_STATE, {**where, "b_epoch": epoch.epoch, "state": "fork"})
    conn.execute(_TERMINAL_STATE, {**where, "state": "fork"})
    alarm = Flag(epoch.epoch, fork_at, "fork")
    books.raise_flags(conn, county, epoch.terminal, epoch.centre, [alarm])


def _take_late(
    conn: Connection, county: str, epoch: Any, run: Run | None, now_ms: int
) -> tuple[str, int, bytes]:
    """Entries of a closed epoch: what is not here is kept for a person and acknowledged, nothing moves."""
    have, digest = int(epoch.acknowledged), bytes(epoch.acknowledged_hash)
    if run is None:
        return "closed", have, digest
    first = run.batch.first_seq
    stored = _hashes(conn, county, epoch, first, first + len(run.hashes) - 1)
    late = next((seq for seq, one in enumerate(run.hashes, first) if stored.get(seq) != one), None)
    if late is not None:
        _put_aside(conn, county, epoch, run, late, "closed", now_ms)
        flag = Flag(epoch.epoch, late, "after-close")
        books.raise_flags(conn, county, epoch.terminal, epoch.centre, [flag])
    return "closed", first + len(run.lines) - 1, run.batch.head


def _put_aside(
    conn: Connection, county: str, epoch: Any, run: Run, from_seq: int, why: str, now_ms: int
) -> None:
    own = {"county": county, "terminal": epoch.terminal, "epoch": epoch.epoch, "centre": epoch.centre}
    first = run.batch.first_seq
    rows: list[dict[str, Any]] = [
        {**own, "seq": seq, "hash_hex": run.hashes[seq - first].hex(), "bytes": run.lines[seq - first]}
        for seq in range(from_seq, first + len(run.lines))
    ]
    conn.execute(insert_new(conn, set_aside), [{**row, "why": why, "received_at_ms": now_ms} for row in rows])


def _note(conn: Connection, row: Any, message: Exchange, state: str, now_ms: int) -> None:
    """What the county page shows of the line."""
    waiting = message.waiting + (message.batch.count if message.batch and state in ("gap", "fork") else 0)
    offset = message.at_ms - now_ms
    conn.execute(
        update(terminals)
        .where(terminals.c.county == row.county, terminals.c.terminal == row.terminal)
        .values(
            waiting=max(0, min(waiting, 2**53)),
            seen_at_ms=now_ms,
            offset_ms=max(-MOST_OFFSET_MS, min(MOST_OFFSET_MS, offset)),
        )
    )


def _other_rows(conn: Connection, county: str, known: Any, message: Exchange) -> list[str]:
    """The scopes of which the terminal has rows that are not here, noted for a person."""
    anew = [
        scope
        for scope in scopes(known.terminal, known.centre)
        if feed.differs(conn, county, scope, message.positions.get(scope, 0), message.marks.get(scope))
    ]
    if anew:
        flag = Flag(message.epoch, 0, FEED_RESTORED)
        books.raise_flags(conn, county, known.terminal, known.centre, [flag])
    return anew


def _unsealed(county: County, sealed: Sealed, known: Any) -> tuple[Exchange, bytes]:
    """The message and the key it holds under: the terminal's, or the one that held a closed epoch.

    A machine that was replaced by one with a key of its own is still told that its epoch is over, and what
    it kept is set aside; it gets nothing else.
    """
    try:
        return unseal(sealed, known.public, Exchange), known.public
    except ProtocolError:
        claimed = read_body(sealed, Exchange)
        where = {"b_county": county.code, "b_terminal": known.terminal, "b_epoch": claimed.epoch}
        with county.read() as conn:
            epoch = conn.execute(_EPOCH, where).first()
        if epoch is None or epoch.state != "closed":
            raise
        return unseal(sealed, epoch.public, Exchange), epoch.public


def terminal_of(county: County, sender: str) -> Any:
    """The enrolled terminal that `sender` names. Raises `NotTakenError("unknown-terminal")`."""
    number = int(sender) if sender.isascii() and sender.isdigit() and len(sender) <= 4 else 0
    with county.read() as conn:
        row = conn.execute(_TERMINAL, {"b_county": county.code, "b_terminal": number}).first()
    if row is None or not row.public:
        raise NotTakenError("unknown-terminal")
    return row


def _at(table: Any, *names: str) -> Sequence[Any]:
    return [table.c[name] == bindparam(f"b_{name}") for name in ("county", "terminal", *names)]


_TERMINAL = select(terminals).where(*_at(terminals))
_LOCK = _TERMINAL.with_for_update()
_EPOCH = select(epochs).where(*_at(epochs, "epoch"))
_HASHES = select(entries.c.seq, entries.c.hash).where(
    *_at(entries, "epoch"), entries.c.seq >= bindparam("b_first"), entries.c.seq <= bindparam("b_last")
)
_ADVANCE = update(epochs).where(*_at(epochs, "epoch"))
_EPOCH_STATE = update(epochs).where(*_at(epochs, "epoch"))
_TERMINAL_STATE = update(terminals).where(*_at(terminals))
