"""The feed: rows for terminals, numbered without gap per scope, read out as signed pages."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from kiosk.services.feedrows import is_redacted
from sync.county.database import County
from sync.county.tables import feed_rows, feed_scopes
from sync.county.upserts import upsert
from sync.protocol import MAX_PAGE_BYTES, MAX_PAGE_ROWS, FeedPage, page_part, row_mark

Row = tuple[str, Mapping[str, Any]]  # kind, body
TAIL_BYTES = 4


def append(conn: Connection, county: str, scope: str, rows: Iterable[Row]) -> int:
    """Add `rows` to `scope`; returns the last position.

    The scope's counter row is taken first and held until the transaction ends, so a position that can be
    seen has every smaller one visible too: readers lose nothing beside concurrent writers.
    """
    added = list(rows)
    if not added:
        return position(conn, county, scope)
    last = conn.execute(
        upsert(conn, feed_scopes, add=("position",)).returning(feed_scopes.c.position),
        {"county": county, "scope": scope, "position": len(added)},
    ).scalar_one()
    first = last - len(added) + 1
    conn.execute(
        insert(feed_rows),
        [
            {"county": county, "scope": scope, "position": place, "row": encode_row(place, kind, body)}
            for place, (kind, body) in enumerate(added, first)
        ],
    )
    return int(last)


def position(conn: Connection, county: str, scope: str) -> int:
    """The last position of `scope`, 0 when it is empty."""
    return conn.execute(_POSITION, {"b_county": county, "b_scope": scope}).scalar() or 0


def differs(conn: Connection, county: str, scope: str, position_there: int, mark: bytes | None) -> bool:
    """Whether a terminal's last row of `scope` is none of ours: our database was put back from a backup.

    Rows carry a random tail, so one that is the same was written before the backup, with all before it.
    A terminal that has the position but sends no `mark` is judged by the position alone, and so is one whose
    last row lost its people since.
    """
    if not position_there:
        return False
    place = {"b_county": county, "b_scope": scope, "b_position": position_there}
    ours = conn.execute(_ROW, place).scalar()
    if ours is None or mark is None or is_redacted(bytes(ours)):
        return ours is None
    return row_mark(ours) != mark


def pages(
    county: County, conn: Connection, wanted: Iterable[tuple[str, int]], most_rows: int = MAX_PAGE_ROWS
) -> tuple[list[FeedPage], bool]:
    """Signed pages for (scope, last position the terminal has) in that order, and whether more is left."""
    found: list[FeedPage] = []
    rows_left, bytes_left = most_rows, MAX_PAGE_BYTES
    for scope, position_there in wanted:
        have = max(0, position_there)
        rows: list[bytes] = []
        place = {"b_county": county.code, "b_scope": scope, "b_have": have, "b_limit": rows_left + 1}
        for row in conn.execute(_PAGE, place).scalars():
            if not rows_left or (bytes_left < len(row) and (rows or found)):
                return found + _signed(county, scope, have, rows), True
            rows.append(row)
            rows_left, bytes_left = rows_left - 1, bytes_left - len(row)
        found += _signed(county, scope, have, rows)
    return found, False


def encode_row(place: int, kind: str, body: Mapping[str, Any]) -> bytes:
    """A row's bytes: compact JSON in ASCII with sorted keys, and a random tail that no other row has."""
    tail = secrets.token_hex(TAIL_BYTES)
    return json.dumps(
        [place, kind, body, tail], sort_keys=True, separators=(",", ":"), ensure_ascii=True
    ).encode()


def _signed(county: County, scope: str, have: int, rows: list[bytes]) -> list[FeedPage]:
    if not rows:
        return []
    return [FeedPage(scope, have + 1, rows, county.key.sign(page_part(scope, rows)))]


_POSITION = select(feed_scopes.c.position).where(
    feed_scopes.c.county == bindparam("b_county"), feed_scopes.c.scope == bindparam("b_scope")
)
_ROW = select(feed_rows.c.row).where(
    feed_rows.c.county == bindparam("b_county"),
    feed_rows.c.scope == bindparam("b_scope"),
    feed_rows.c.position == bindparam("b_position"),
)
_PAGE = (
    select(feed_rows.c.row)
    .where(
        feed_rows.c.county == bindparam("b_county"),
        feed_rows.c.scope == bindparam("b_scope"),
        feed_rows.c.position > bindparam("b_have"),
    )
    .order_by(feed_rows.c.position)
    .limit(bindparam("b_limit"))
)
