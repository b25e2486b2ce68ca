"""Giving a terminal its own entries back, after an older copy was put back or the machine was replaced."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, tuple_

from sync.county import enrolment
from sync.county.database import County
from sync.county.intake import NotTakenError, terminal_of
from sync.county.tables import entries
from sync.pack import pack
from sync.protocol import MAX_BATCH_BYTES, MAX_OWN_ENTRIES, OwnAnswer, OwnRequest, Sealed, unseal

MIN_BUDGET_BYTES = 2_000


def behind(county: County, sealed: Sealed) -> OwnAnswer:
    """The entries behind the one the terminal says it ends with, up to what its epoch goes on from.

    Changes nothing; asked again it answers the same. Raises `NotTakenError` and `ProtocolError`.
    """
    known = terminal_of(county, sealed.sender)
    message = unseal(sealed, known.public, OwnRequest)
    if message.terminal != known.terminal:
        raise NotTakenError("not-your-terminal")
    if message.epoch != known.epoch:
        raise NotTakenError("needs-epoch")
    with county.read() as conn:
        origin = enrolment.origin(conn, county.code, known.terminal, known.epoch)
        end = (0, 0) if origin is None else origin[:2]
        if not _is_ours(conn, county.code, message, end):
            return OwnAnswer("differs", 0, 0, b"")
        where = {"b_county": county.code, "b_terminal": known.terminal}
        place = {"b_at_epoch": message.at_epoch, "b_at_seq": message.at_seq}
        limits = {"b_end_epoch": end[0], "b_end_seq": end[1], "b_limit": MAX_OWN_ENTRIES}
        rows = conn.execute(_BEHIND, {**where, **place, **limits}).all()
    if not rows:
        return OwnAnswer("all", 0, 0, b"")
    epoch, first = rows[0].epoch, rows[0].seq
    lines = [bytes(row.bytes) for row in rows if row.epoch == epoch]
    return OwnAnswer("part", epoch, first, _packed(lines, message.budget_bytes))


def _is_ours(conn: Connection, county: str, message: OwnRequest, end: tuple[int, int]) -> bool:
    """Whether the terminal's last entry is one of those its epoch goes on from."""
    if not message.at_epoch:
        return True
    if (message.at_epoch, message.at_seq) > end:
        return False
    where: dict[str, Any] = {"b_county": county, "b_terminal": message.terminal}
    digest = conn.execute(_HASH, {**where, "b_epoch": message.at_epoch, "b_seq": message.at_seq}).scalar()
    return digest is not None and bytes(digest) == message.at_hash


def _packed(lines: list[bytes], budget_bytes: int) -> bytes:
    """The longest run from the front that packs into the budget; at least one entry."""
    budget = min(max(budget_bytes, MIN_BUDGET_BYTES), MAX_BATCH_BYTES)
    packed = pack(lines)
    while len(packed) > budget and len(lines) > 1:
        fitting = len(lines) * budget // len(packed)
        lines = lines[: max(1, min(fitting, len(lines) - 1))]
        packed = pack(lines)
    return packed


_OWN = (entries.c.county == bindparam("b_county"), entries.c.terminal == bindparam("b_terminal"))
_HASH = select(entries.c.hash).where(
    *_OWN, entries.c.epoch == bindparam("b_epoch"), entries.c.seq == bindparam("b_seq")
)
_place = tuple_(entries.c.epoch, entries.c.seq)
_BEHIND = (
    select(entries.c.epoch, entries.c.seq, entries.c.bytes)
    .where(
        *_OWN,
        _place > tuple_(bindparam("b_at_epoch"), bindparam("b_at_seq")),
        _place <= tuple_(bindparam("b_end_epoch"), bindparam("b_end_seq")),
    )
    .order_by(entries.c.epoch, entries.c.seq)
    .limit(bindparam("b_limit"))
)
