"""Named numbers that remember how far something has come: what the county acknowledged, what it sent."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, bindparam, select

from kiosk.store.prepared import Prepared, insert_or_set
from kiosk.store.tables import cursor

COUNTY_DAY = "county-day"  # days since 0001-01-01


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


def lease(epoch: int) -> str:
    """Names the entry of our `epoch` since which we are cut off for too long; 0: we are not."""
    return f"lease:{epoch}"


def ended(terminal: int) -> str:
    """Names the last epoch of `terminal` that is known to be over: nothing more is written in it."""
    return f"ended:{terminal}"


def county_day(conn: Connection) -> str:
    """The calendar day the county named last, "" for none; when, is told by the last exchange."""
    number = get(conn, COUNTY_DAY)
    return date.fromordinal(number).isoformat() if number else ""


def put_county_day(conn: Connection, day: str) -> None:
    """Keep the `day` the county names; writes nothing when it is the one that is there."""
    number = date.fromisoformat(day).toordinal()
    if get(conn, COUNTY_DAY) != number:
        put(conn, COUNTY_DAY, number)


_GET = Prepared(select(cursor.c.value).where(cursor.c.name == bindparam("b_name")))
_PUT = insert_or_set(cursor)
