"""What is still to go up to the county, by kind of entry; sending it is `sync`'s."""

from __future__ import annotations

from collections import Counter

import msgspec
from sqlalchemy import bindparam, select

from kiosk.ledger.entries import decode_own
from kiosk.services.terminal import DATABASE_FILE, Terminal
from kiosk.store import cursors, journal
from kiosk.store.prepared import Prepared
from kiosk.store.tables import journal as journal_table

MOST_COUNTED = 2_000  # of more the oldest are looked at: what kinds they are is all that is shown


class Outgoing(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, and how this terminal stands with the county."""

    waiting: int
    kinds: tuple[tuple[str, int], ...]  # journal kind, how many; the most first
    since: str  # business day of the oldest that waits, "" where nothing does
    blocked: str  # why the journal may not be written, "" when it may
    set_aside: tuple[str, ...]  # names of databases put aside because they went another way


def outgoing(terminal: Terminal) -> Outgoing:
    """What waits for the county now."""
    with terminal.read() as conn:
        head = journal.head(conn)
        known = cursors.get(conn, cursors.acknowledged(head.epoch)) if head else 0
        rows = _BEYOND.all(conn, {"b_epoch": head.epoch if head else 0, "b_seq": known})
        entries = [decode_own(row.data) for row in rows]
    beside = terminal.db.path.parent.glob(f"{DATABASE_FILE}.set-aside-*")
    return Outgoing(
        waiting=head.seq - known if head else 0,
        kinds=tuple(Counter(entry.kind for entry in entries).most_common()),
        since=entries[0].day if entries else "",
        blocked=terminal.blocked(),
        set_aside=tuple(sorted(path.name for path in beside)),
    )


_BEYOND = Prepared(
    select(journal_table.c.data)
    .where(journal_table.c.epoch == bindparam("b_epoch"), journal_table.c.seq > bindparam("b_seq"))
    .order_by(journal_table.c.seq)
    .limit(MOST_COUNTED)
)
