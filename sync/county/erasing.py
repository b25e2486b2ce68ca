"""Forgetting a household's people at the county, on its request: registry, feed rows, whoever was told of it.

Number, home, cards and points stay; entries carry none of it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from kiosk.services.feedrows import redacted
from sync.county import beside, feed
from sync.county.database import County, CountyError
from sync.county.tables import digests, feed_rows, households, members, moves, terminals


def erase(county: County, household: str) -> int:
    """Forget a household's people; returns how many stored feed rows lost something.

    The terminals that were told of them forget them with their next exchange. Raises `CountyError` on an
    unknown household.
    """
    with county.write() as conn:
        rows = forget(conn, county.code, household)
    if rows is None:
        raise CountyError(f"there is no household {household}")
    return rows


def forget(conn: Connection, county: str, household: str) -> int | None:
    """`erase` in the caller's transaction; None where there is no such household."""
    at = {"b_county": county, "b_household": household}
    about = conn.execute(_HOUSEHOLD, at).first()
    if about is None:
        return None
    conn.execute(_NAMELESS, at)
    conn.execute(_NOBODY, at)
    conn.execute(_NO_DIGEST, at)
    beside.erase(conn, county, household)
    told = {"hh": household, "name": "", "members": about.members, "pinyin": "", "home": about.home}
    told |= {"digest": [], "limits": about.limits, "erased": 1}
    rows = 0
    for scope in _scopes(conn, at, about):
        found = _redact(conn, at, scope)
        rows += found
        if found or scope == f"centre:{about.centre}":
            feed.append(conn, county, scope, [("household", told)])
    return rows


def _scopes(conn: Connection, at: dict[str, Any], about: Any) -> list[str]:
    """Wherever its people may have been told of: its own centre, its homes, and where points were sent."""
    numbers = {about.home}
    for row in conn.execute(_MOVES, at):
        numbers |= {row.terminal, row.dest}
    rows = conn.execute(_TERMINALS, {"b_county": at["b_county"], "b_numbers": sorted(numbers)}).all()
    centres = {about.centre, *(row.centre for row in rows)}
    return sorted([*(f"centre:{one}" for one in centres), *(f"terminal:{row.terminal}" for row in rows)])


def _redact(conn: Connection, at: dict[str, Any], scope: str) -> int:
    """Take the people out of the rows of a scope; positions and all other rows stay."""
    count = 0
    where = {"b_county": at["b_county"], "b_scope": scope}
    for row in conn.execute(_ROWS, where).all():
        blank = redacted(bytes(row.row), at["b_household"])
        if blank is not None:
            conn.execute(_ROW, {**where, "b_position": row.position, "row": blank})
            count += 1
    return count


def _of(table: Any) -> tuple[Any, Any]:
    return table.c.county == bindparam("b_county"), table.c.household == bindparam("b_household")


_HOUSEHOLD = select(households).where(*_of(households))
_NAMELESS = update(households).where(*_of(households)).values(name="", pinyin="", phone_tail="")
_NOBODY = update(members).where(*_of(members)).values(name="", born=0)
_NO_DIGEST = delete(digests).where(*_of(digests))
_MOVES = select(moves.c.terminal, moves.c.dest).where(*_of(moves))
_TERMINALS = select(terminals.c.terminal, terminals.c.centre).where(
    terminals.c.county == bindparam("b_county"),
    terminals.c.terminal.in_(bindparam("b_numbers", expanding=True)),
)
_SCOPE = (feed_rows.c.county == bindparam("b_county"), feed_rows.c.scope == bindparam("b_scope"))
_ROWS = select(feed_rows.c.position, feed_rows.c.row).where(*_SCOPE)
_ROW = (
    update(feed_rows)
    .where(*_SCOPE, feed_rows.c.position == bindparam("b_position"))
    .values(row=bindparam("row"))
)
