"""Rows of one county by their columns, and the error of a registry's word that does not hold."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select

from sync.county.database import County, CountyError


def first_of(conn: Connection, table: Any, county: County, **key: Any) -> Any:
    return next(iter(all_of(conn, table, county, **key)), None)


def all_of(conn: Connection, table: Any, county: County, **key: Any) -> list[Any]:
    where = [table.c[name] == value for name, value in key.items()]
    return list(conn.execute(select(table).where(table.c.county == county.code, *where)).all())


def check(holds: bool, text: str) -> None:
    if not holds:
        raise CountyError(text)
