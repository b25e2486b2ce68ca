"""From one epoch to the next: a new one's mark, our own entries back from the county, an old one's end.

The journal of a new epoch goes on from exactly the entry the county named at enrolment, its origin. What is
missing up to there comes back from the county; a journal that went another way is put beside, never deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import Connection

from kiosk.keys import sync_folder
from kiosk.ledger.entries import GENESIS, BadEntryError, decode
from kiosk.ledger.refusals import Refused
from kiosk.services import feed, identity
from kiosk.services.identity import Identity
from kiosk.services.terminal import MARK_FILE, Terminal
from kiosk.store import cursors, journal
from kiosk.store import mark as marks
from kiosk.store.database import Database, make_whole
from kiosk.store.folds import OverdrawnError
from kiosk.store.journal import Head

MOST_SET_ASIDE = 1_000  # files of one epoch beside the database


class Place(NamedTuple):
    """The last entry of a journal; epoch 0 for an empty one."""

    epoch: int
    seq: int
    hash: bytes


def adopt(data_dir: Path, who: Identity) -> None:
    """Become `who`, as the county's enrolment said.

    A new epoch gets a new mark of this machine, written first: a power cut in between leaves a terminal that
    refuses to write. The epoch that is known already keeps its mark: repeating an enrolment makes no older
    copy good.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    file = marks.MarkFile(data_dir / MARK_FILE)
    known = file.read()
    if known is None or known.terminal != who.terminal or known.epoch < who.epoch:
        file.write(marks.Mark(who.terminal, who.epoch, 0, GENESIS.hex(), marks.machine_id()))
    identity.save(data_dir, who)


def end(conn: Connection, terminal: int, epoch: int) -> None:
    """Write no more in `epoch` or before, from this transaction on, restarts and other processes included."""
    name = cursors.ended(terminal)
    if cursors.get(conn, name) < epoch:
        cursors.put(conn, name, epoch)


def waiting(conn: Connection) -> int:
    """How many entries of the latest epoch the county has not acknowledged."""
    head = journal.head(conn)
    return 0 if head is None else max(0, head.seq - cursors.get(conn, cursors.acknowledged(head.epoch)))


def missing_from(terminal: Terminal) -> Place | None:
    """Where the journal ends that does not yet hold our epoch's origin; None when nothing is missing."""
    if terminal.blocked() != "needs-entries":
        return None
    with terminal.read() as conn:
        head = journal.head(conn)
    return Place(0, 0, b"") if head is None else Place(head.epoch, head.seq, head.hash)


def take_in(terminal: Terminal, lines: Sequence[bytes]) -> int:
    """Append and fold our own entries of one epoch, as the county gave them back; returns how many.

    All of them or none. They count as acknowledged, and what they carried out is no longer open. Raises
    `Refused("feed-unreadable")` unless they are ours, go on from the journal's end, chained, and lead to the
    origin.
    """
    with terminal.db.write() as conn:
        head = journal.head(conn)
        first: Head | None = None
        for data in lines:
            head = _append(conn, terminal.identity, head, data)
            first = first or head
        if first is None or head is None:
            return 0
        if first.epoch != head.epoch:
            raise _unreadable("two epochs at once")
        if not cursors.get(conn, cursors.taken_back(first.epoch)):
            cursors.put(conn, cursors.taken_back(first.epoch), first.seq)
        cursors.put(conn, cursors.acknowledged(head.epoch), head.seq)
        feed.close_done(conn)
    return len(lines)


def set_aside(terminal: Terminal) -> Path:
    """Put the whole database beside, under a name of its own, and begin an empty one; returns the old one.

    Raises `Refused("database-busy")`, with nothing changed, while another process has the database open.
    """
    with terminal.read() as conn:
        head = journal.head(conn)
    path = terminal.db.path
    terminal.db.close()  # it opens again by itself when it stays
    make_whole(path)
    beside = _free_name(path, head.epoch if head else 0)
    path.rename(beside)
    sync_folder(path.parent)
    terminal.db = Database(path)
    return beside


def _append(conn: Connection, who: Identity, head: Head | None, data: bytes) -> Head:
    try:
        entry = decode(data)
    except BadEntryError:
        raise _unreadable("no entry") from None
    place, origin = (entry.epoch, entry.seq), who.origin
    if origin is None or entry.terminal != who.terminal or place > origin[:2]:
        raise _unreadable("not up to the origin")
    if head is not None and entry.epoch == head.epoch:
        follows = entry.seq == head.seq + 1
    else:
        came_from = None if head is None else [head.epoch, head.seq, head.hash.hex()]
        later = head is None or entry.epoch > head.epoch
        follows = later and entry.seq == 1 and entry.kind == "open" and entry.body.get("from") == came_from
    if not follows:
        raise _unreadable("not chained")
    try:
        after = journal.append(conn, head, entry)
    except OverdrawnError:
        raise _unreadable("overdrawn") from None
    if place == origin[:2] and after.hash.hex() != origin[2]:
        raise _unreadable("not the origin")
    return after


def _unreadable(reason: str) -> Refused:
    return Refused("feed-unreadable", pos=0, reason=reason)


def _free_name(path: Path, epoch: int) -> Path:
    for number in range(1, MOST_SET_ASIDE + 1):
        beside = path.with_name(f"{path.name}.set-aside-{epoch}-{number}")
        if not beside.exists():
            return beside
    raise Refused("disk-full")
