"""Words beside terminals' chains, as far as they came: what an activity is called, notices, notes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from kiosk.services.clock import is_day
from kiosk.store.side import MOST_BYTES
from sync.county.tables import beside
from sync.county.upserts import insert_new
from sync.protocol import Piece

_REF = re.compile(r"[0-9a-f]{32}")
_HOUSEHOLD = re.compile(r"(?:[0-9]{7})?")
_KIND = re.compile(r"[a-z-]{1,20}")
_IDS_A_QUERY = 1_000


def take_in(conn: Connection, own: dict[str, Any], epoch: int, pieces: Sequence[Piece]) -> int:
    """Keep the pieces of one terminal in the caller's transaction; the last of the epoch that is here.

    One that is not what its reference says is passed over: nobody will miss what no entry can name.
    """
    rows = [
        {
            **own,
            "epoch": epoch,
            "at": one.at,
            **{name: getattr(one, name) for name in ("ref", "kind", "household", "day", "salt", "data")},
            "erased": 0,
        }
        for one in pieces
        if _holds(one)
    ]
    if rows:
        conn.execute(insert_new(conn, beside), rows)
    known = {"b_county": own["county"], "b_terminal": own["terminal"], "b_epoch": epoch}
    have = int(conn.execute(_LAST, known).scalar() or 0)
    return max([have, *(one.at for one in pieces)])


def texts(conn: Connection, county: str, refs: Iterable[str]) -> dict[str, str]:
    """The words under these references, as far as they are here and were not erased."""
    wanted = sorted(set(refs))
    found: dict[str, str] = {}
    for start in range(0, len(wanted), _IDS_A_QUERY):
        given = {"b_county": county, "b_refs": wanted[start : start + _IDS_A_QUERY]}
        for row in conn.execute(_TEXTS, given):
            found[row.ref] = bytes(row.data).decode("utf-8", "replace")
    return found


def refs_in(body: Any) -> list[str]:
    """Everything in an entry's body that has the form of a reference."""
    if isinstance(body, str):
        return [body] if _REF.fullmatch(body) else []
    inner = body.values() if isinstance(body, dict) else body if isinstance(body, list) else ()
    return [ref for one in inner for ref in refs_in(one)]


def erase(conn: Connection, county: str, household: str) -> None:
    """What was kept of a household is gone; that it was there stays."""
    conn.execute(_ERASE, {"b_county": county, "b_household": household})


def damaged(conn: Connection, county: str) -> list[str]:
    """References whose words are not what was put there."""
    rows = conn.execute(select(beside).where(beside.c.county == county, beside.c.erased == 0))
    return [row.ref for row in rows if _reference(bytes(row.salt), bytes(row.data)) != row.ref]


def _holds(one: Piece) -> bool:
    formed = _REF.fullmatch(one.ref) and _HOUSEHOLD.fullmatch(one.household) and _KIND.fullmatch(one.kind)
    fits = len(one.data) <= MOST_BYTES and is_day(one.day)
    return bool(formed) and fits and _reference(one.salt, one.data) == one.ref


def _reference(salt: bytes, data: bytes) -> str:
    return hashlib.sha256(salt + data).hexdigest()[:32]


_LAST = select(func.max(beside.c.at)).where(
    beside.c.county == bindparam("b_county"),
    beside.c.terminal == bindparam("b_terminal"),
    beside.c.epoch == bindparam("b_epoch"),
)
_TEXTS = select(beside.c.ref, beside.c.data).where(
    beside.c.county == bindparam("b_county"),
    beside.c.ref.in_(bindparam("b_refs", expanding=True)),
    beside.c.erased == 0,
)
_ERASE = (
    update(beside)
    .where(beside.c.county == bindparam("b_county"), beside.c.household == bindparam("b_household"))
    .values(salt=b"", data=b"", erased=1)
)
