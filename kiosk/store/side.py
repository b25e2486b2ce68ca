"""Names, notes and photographs beside the chain: an entry names them by a reference, and they can be erased.

The reference is the first half of SHA-256 over a random salt and the data: without the salt, which is
erased with the data, nobody can guess what was there.
"""

from __future__ import annotations

import hashlib
import os
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from kiosk.ledger.refusals import Refused
from kiosk.store.prepared import Prepared
from kiosk.store.tables import side

MOST_BYTES = 200_000
_SALT_BYTES = 16
_REF_CHARS = 32


class Kept(NamedTuple):
    """What is kept under a reference; `data` is empty once it was erased."""

    kind: str
    household: str
    data: bytes
    erased: str  # the day, "" while it is there


def put(conn: Connection, kind: str, household: str, day: str, data: bytes) -> str:
    """Keep `data` beside the chain; returns the reference an entry's body carries.

    Raises `Refused("too-large")` above `MOST_BYTES`.
    """
    if len(data) > MOST_BYTES:
        raise Refused("too-large", most=MOST_BYTES // 1000)
    salt = os.urandom(_SALT_BYTES)
    ref = _reference(salt, data)
    row = {"ref": ref, "kind": kind, "household": household, "day": day}
    _PUT.run(conn, {**row, "salt": salt, "data": data, "erased": ""})
    return ref


def get(conn: Connection, ref: str) -> Kept | None:
    """What is kept under `ref`, None where nothing of it came to this machine."""
    row = _GET.first(conn, {"b_ref": ref})
    return Kept(row.kind, row.household, bytes(row.data), row.erased) if row else None


def text(conn: Connection, ref: str) -> str:
    """A name or note kept under `ref`; "" for no reference, for what was erased and for what isn't here."""
    kept = get(conn, ref) if ref else None
    return kept.data.decode() if kept else ""


def erase(conn: Connection, household: str, day: str) -> int:
    """Erase everything kept of a household; the chain stays whole. Returns how many were erased."""
    return _ERASE.run(conn, {"b_household": household, "b_day": day})


def damaged(conn: Connection) -> list[str]:
    """References whose data is not what was put there."""
    rows = _ALL.all(conn)
    return [row.ref for row in rows if not row.erased and _reference(row.salt, row.data) != row.ref]


def _reference(salt: bytes, data: bytes) -> str:
    return hashlib.sha256(salt + data).hexdigest()[:_REF_CHARS]


_PUT = Prepared(insert(side))
_GET = Prepared(
    select(side.c.kind, side.c.household, side.c.data, side.c.erased).where(side.c.ref == bindparam("b_ref"))
)
_ALL = Prepared(select(side.c.ref, side.c.salt, side.c.data, side.c.erased))
_ERASE = Prepared(
    update(side)
    .where(side.c.household == bindparam("b_household"), side.c.erased == "")
    .values(salt=b"", data=b"", erased=bindparam("b_day"))
)
