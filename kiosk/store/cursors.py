"""Named numbers that remember how far something has come: what the county acknowledged, what it sent."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.store.tables import cursor


def get(conn: Connection, name: str, default: int = 0) -> int:
    """The number kept under `name`."""
    value = conn.execute(_GET, {"b_name": name}).scalar()
    return default if value is None else int(value)


def put(conn: Connection, name: str, value: int) -> None:
    """Keep `value` under `name`."""
    conn.execute(_PUT, {"name": name, "value": value})


_GET = select(cursor.c.value).where(cursor.c.name == bindparam("b_name"))
_PUT = upsert(cursor)
_PUT = _PUT.on_conflict_do_update(index_elements=["name"], set_={"value": _PUT.excluded.value})
