"""Given rows into an SQLite file by bare driver calls, one transaction a batch: the floor for any redeem."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, NamedTuple

NAMES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"


class Change(NamedTuple):
    """One row as it became; `new` when it was not there before."""

    table: str
    key: tuple[Any, ...]
    row: tuple[Any, ...]
    new: bool


class Bare:
    """One connection with statements as plain text; the driver keeps them prepared."""

    def __init__(self, path: Path, driver: str, journal_mode: str) -> None:
        self._conn = importlib.import_module(driver).connect(
            str(path), isolation_level=None, cached_statements=512
        )
        for pragma in (f"journal_mode={journal_mode}", "synchronous=FULL", "foreign_keys=ON"):
            self._conn.execute(f"PRAGMA {pragma}")
        self.tables = {name: _columns(self._conn, name) for (name,) in self._conn.execute(NAMES).fetchall()}
        self._insert = {name: _insert(name, columns) for name, (columns, _) in self.tables.items()}
        self._update = {name: _update(name, columns, keys) for name, (columns, keys) in self.tables.items()}

    def write(self, changes: list[Change]) -> None:
        """All of `changes` in one `BEGIN IMMEDIATE … COMMIT`."""
        execute = self._conn.execute
        execute("BEGIN IMMEDIATE")
        for table, key, row, new in changes:
            if new:
                execute(self._insert[table], row)
            else:
                execute(self._update[table], row + key)
        execute("COMMIT")

    def content(self) -> dict[str, dict[tuple[Any, ...], tuple[Any, ...]]]:
        """Every row of every table by its key."""
        found: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {}
        for name, (columns, keys) in self.tables.items():
            places = [columns.index(key) for key in keys]
            rows = self._conn.execute(f"SELECT {', '.join(map(_quoted, columns))} FROM {name}").fetchall()
            found[name] = {tuple(row[place] for place in places): tuple(row) for row in rows}
        return found

    def close(self) -> None:
        """Let go of the file."""
        self._conn.close()


def changes(
    before: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]],
    after: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]],
) -> list[Change]:
    """What was written between two contents. Raises `ValueError` when rows went away."""
    found: list[Change] = []
    for table, rows in after.items():
        had = before[table]
        if len(rows) < len(had):
            raise ValueError(f"{table} lost rows")
        found += [Change(table, key, row, key not in had) for key, row in rows.items() if had.get(key) != row]
    return found


def _columns(conn: Any, name: str) -> tuple[list[str], list[str]]:
    rows = conn.execute(f"PRAGMA table_info({name})").fetchall()
    return [row[1] for row in rows], [row[1] for row in sorted(rows, key=lambda row: row[5]) if row[5]]


def _insert(name: str, columns: list[str]) -> str:
    return f"INSERT INTO {name} VALUES ({', '.join('?' * len(columns))})"


def _update(name: str, columns: list[str], keys: list[str]) -> str:
    sets = ", ".join(f"{_quoted(column)} = ?" for column in columns)
    return f"UPDATE {name} SET {sets} WHERE {' AND '.join(f'{_quoted(key)} = ?' for key in keys)}"


def _quoted(name: str) -> str:
    """A column may be called as a word of SQL is."""
    return f'"{name}"'
