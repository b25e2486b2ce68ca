"""What lies beside the chain and goes to the county: words, no photographs, and nothing that was erased."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, bindparam, column, select

from kiosk.services.terminal import Terminal
from kiosk.store import cursors
from kiosk.store.tables import side
from sync.protocol import Batch, Piece

KINDS = ("activity", "inspection", "note", "notice", "supplier")  # pictures of the same kinds stay here
MOST_BYTES = 30_000  # of the pieces of one exchange; one may exceed it alone
MOST_BATCH_BYTES = 60_000  # beside a larger batch none is sent: the next exchange takes them


def waiting(terminal: Terminal, epoch: int, batch: Batch | None) -> list[Piece]:
    """The next pieces the county has not said it has, in the order they were put there.

    None while entries of an earlier epoch go, and none beside a large `batch`.
    """
    if epoch != terminal.identity.epoch or (batch is not None and len(batch.packed) > MOST_BATCH_BYTES):
        return []
    found: list[Piece] = []
    size = 0
    with terminal.read() as conn:
        for piece in _behind(conn, epoch):
            size += len(piece.data)
            if found and size > MOST_BYTES:
                break
            found.append(piece)
    return found


def taken(terminal: Terminal, epoch: int, at: int) -> bool:
    """Remember what the county has; after it was put back from a backup that may be less than before.

    Whether a piece still waits.
    """
    with terminal.db.write() as conn:
        if cursors.get(conn, _cursor(epoch)) != at:
            cursors.put(conn, _cursor(epoch), at)
        return next(_behind(conn, epoch), None) is not None


def _behind(conn: Connection, epoch: int) -> Iterator[Piece]:
    for row in conn.execute(_BEHIND, {"b_at": cursors.get(conn, _cursor(epoch))}):
        if _is_text(row.data):
            yield Piece(row.at, row.ref, row.kind, row.household, row.day, bytes(row.salt), bytes(row.data))


def _is_text(data: Any) -> bool:
    try:
        bytes(data).decode()
    except UnicodeDecodeError:
        return False
    return True


def _cursor(epoch: int) -> str:
    return f"beside:{epoch}"


_ROWID: Any = column("rowid")
_BEHIND = (
    select(
        _ROWID.label("at"), side.c.ref, side.c.kind, side.c.household, side.c.day, side.c.salt, side.c.data
    )
    .select_from(side)
    .where(bindparam("b_at") < _ROWID, side.c.kind.in_(KINDS), side.c.erased == "")
    .order_by(_ROWID)
)
