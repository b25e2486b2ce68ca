"""The tables as SQL text, compiled once a process; not what they mean, nor how an old file gets them."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from kiosk.store.tables import metadata


def create(conn: Connection, tables: tuple[Table, ...] = ()) -> None:
    """Make `tables`, or all there are, with their indexes, where there is none of them yet.

    Compiling them takes longer than making them, so it is done once.
    """
    for statement in _statements(tables or tuple(metadata.sorted_tables)):
        conn.exec_driver_sql(statement)


@cache
def _statements(tables: tuple[Table, ...]) -> tuple[str, ...]:
    indexes = [CreateIndex(index) for table in tables for index in table.indexes]
    made: list[CreateTable | CreateIndex] = [*map(CreateTable, tables), *indexes]
    return tuple(str(one.compile(dialect=sqlite.dialect())) for one in made)
