"""Statements of SQLAlchemy Core, compiled once and run straight on the driver; no SQL of their own.

On the write path SQLAlchemy's per-execution work costs four times what SQLite itself needs, so the compiled
text and its named parameters are kept here. Errors are the driver's and are translated by `Database`.
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.selectable import Select

_DIALECT = sqlite.dialect(paramstyle="named")


class Prepared:
    """One statement. Parameters are named as in its `bindparam`s and, for inserts, its columns."""

    def __init__(self, statement: Any) -> None:
        compiled = statement.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
        fixed = {name: value for name, value in compiled.params.items() if value is not None}
        self.sql, names = _positional(str(compiled), fixed)
        self._values: Callable[[Any], Any] = _in_order(names)
        self._row: Any = tuple
        if isinstance(statement, Select):
            fields = [str(column.key) for column in statement.selected_columns]
            row: Any = namedtuple("Row", fields)  # type: ignore[misc]  # the statement names the fields
            self._row = row._make

    def run(self, conn: Connection, params: Mapping[str, Any] | None = None) -> int:
        """Execute; returns how many rows were touched."""
        count: int = _driver(conn).execute(self.sql, self._values(params)).rowcount
        return count

    def many(self, conn: Connection, rows: Iterable[Mapping[str, Any]]) -> None:
        """Execute once for each of `rows`."""
        _driver(conn).executemany(self.sql, list(map(self._values, rows)))

    def first(self, conn: Connection, params: Mapping[str, Any] | None = None) -> Any:
        """The first row by column names, or None."""
        row = _driver(conn).execute(self.sql, self._values(params)).fetchone()
        return None if row is None else self._row(row)

    def all(self, conn: Connection, params: Mapping[str, Any] | None = None) -> list[Any]:
        """All rows by column names."""
        return [self._row(row) for row in _driver(conn).execute(self.sql, self._values(params))]

    def scalar(self, conn: Connection, params: Mapping[str, Any] | None = None) -> Any:
        """The first column of the first row, or None."""
        row = _driver(conn).execute(self.sql, self._values(params)).fetchone()
        return None if row is None else row[0]


def _positional(sql: str, fixed: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The text with a `?` for each parameter, and their names in order: the driver would look each name up
    by itself. What the statement itself fixes stands in its text: SQLite plans anew at each execution what
    depends on a bound number, such as a LIMIT."""
    literals = {name: _literal(value) for name, value in fixed.items()}
    names: list[str] = []

    def place(found: re.Match[str]) -> str:
        if found[1] in literals:
            return literals[found[1]]
        names.append(found[1])
        return "?"

    return re.sub(r":(\w+)", place, sql), names


def _in_order(names: Sequence[str]) -> Callable[[Any], Any]:
    """Takes parameters by name and gives their values in the order of `names`."""
    if not names:
        return lambda _params: ()
    if len(names) == 1:
        return lambda params: (params[names[0]],)
    return itemgetter(*names)


def _literal(value: Any) -> str:
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    assert isinstance(value, int), f"no literal for {type(value).__name__}"
    return str(int(value))


def _driver(conn: Connection) -> Any:
    return conn.connection.dbapi_connection  # SQLite's driver is its own DBAPI: no adapter between


def insert_or_set(table: Table) -> Prepared:
    """Insert a row; where its key is there already, set the other columns."""
    return _upsert(table, lambda _column, new: new)


def insert_or_add(table: Table) -> Prepared:
    """Insert a row; where its key is there already, add to the other columns."""
    return _upsert(table, lambda column, new: column + new)


def _upsert(table: Table, change: Callable[[Any, Any], Any]) -> Prepared:
    statement = sqlite.insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changed = {
        column.name: change(column, statement.excluded[column.name])
        for column in table.columns
        if column.name not in keys
    }
    return Prepared(statement.on_conflict_do_update(index_elements=keys, set_=changed))
