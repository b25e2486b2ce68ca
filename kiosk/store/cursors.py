"""Named numbers that remember how far something has come: what the county acknowledged, what it sent."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from kiosk.store.prepared import Prepared, insert_or_set
from kiosk.store.tables import cursor


def get(conn: Connection, name: str, default: int = 0) -> int:
    """The number kept under `name`."""
    value = _GET.scalar(conn, {"b_name": name})
    return default if value is None else int(value)


def put(conn: Connection, name: str, value: int) -> None:
    """Keep `value` under `name`."""
    _PUT.run(conn, {"name": name, "value": value})


def acknowledged(epoch: int) -> str:
    """Names the last seq of our `epoch` that the county has."""
    return f"acked:{epoch}"


def taken_back(epoch: int) -> str:
    """Names the first seq of our `epoch` that came back from the county, with all behind it; 0: none."""
    return f"taken:{epoch}"


def ended(terminal: int) -> str:
    """Names the last epoch of `terminal` that is known to be over: nothing more is written in it."""
    return f"ended:{terminal}"


_GET = Prepared(select(cursor.c.value).where(cursor.c.name == bindparam("b_name")))
_PUT = insert_or_set(cursor)
