"""A clock thrown ten years ahead and ten back before every step of the year; at some the program restarts."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Any

from sqlalchemy import select

from kiosk.services import day as days
from kiosk.services import due
from kiosk.services.terminal import Terminal
from kiosk.store.tables import FOLD_TABLES
from tests.kiosk.books import raw
from tests.year.runner import Year

TEN_YEARS = 3653
RESTARTED_EVERY = 20  # throws
_REFERENCE = re.compile(
    r"[0-9a-f]{32}( [0-9a-f]{32})*"
)  # what lies beside the chain is salted: never the same
_ENTRY = re.compile(r"1-([0-9]+)")
_NAMED = ("lot", "session")  # columns that carry an entry's name
_CHEAP = (
    "SELECT * FROM pot",
    "SELECT seq, since, until FROM notice",
    "SELECT state, count(*) FROM notice_line GROUP BY state",
    "SELECT count(*), sum(times), sum(tenths) FROM rule_use",
    "SELECT seq, due, remaining FROM loan",
    "SELECT seq, until, state FROM hold",
    "SELECT seq, due, outcome FROM appeal_case",
    "SELECT * FROM state",
)


class Throws:
    """What happens to the clock before every step; every other step is then done under a thrown clock too."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, year: Year) -> None:
        self._set(year, 0)
        self.count += 1
        restart = self.count % RESTARTED_EVERY == 0
        before, last = _figures(year.terminal, whole=restart), _last(year.terminal)
        for days_off in (TEN_YEARS, -TEN_YEARS):
            self._set(year, days_off)
            if restart:
                year.reopen()
            days.follow_clock(year.terminal)
            assert due.run(year.terminal) == 0, "nothing is due because a clock says so"
            assert _figures(year.terminal, whole=restart) == before
        assert set(_kinds_behind(year.terminal, last)) == {"clock"}
        self._set(year, (0, TEN_YEARS, 0, -TEN_YEARS)[self.count % 4])

    def morning(self, year: Year) -> None:
        """The clock is set right: the day moves on."""
        self._set(year, 0)

    def _set(self, year: Year, days_off: int) -> None:
        year.clock.move(days=days_off - year.clock_off_days)
        year.clock_off_days = days_off


def projections(terminal: Terminal) -> dict[str, list[tuple[Any, ...]]]:
    """Every folded table; entries are named by their place among those that are not `clock`."""
    seqs = [line.seq for line in raw.journal(terminal.settings.data_dir) if line.kind != "clock"]
    found = {}
    with terminal.read() as conn:
        for table in FOLD_TABLES:
            names = [column.name for column in table.columns]
            told = [
                tuple(_told(name, value, seqs) for name, value in zip(names, row, strict=True))
                for row in conn.execute(select(table))
            ]
            found[table.name] = sorted(told, key=repr)
    return found


def _told(name: str, value: Any, seqs: list[int]) -> Any:
    if name == "seq" or name.endswith("_seq"):
        return bisect_right(seqs, value)
    if name in _NAMED:
        return _ENTRY.sub(lambda found: f"1-{bisect_right(seqs, int(found[1]))}", value)
    return "kept" if isinstance(value, str) and _REFERENCE.fullmatch(value) else value


def _figures(terminal: Terminal, *, whole: bool) -> list[Any]:
    """What no clock may move: every folded table, or those that say enough at every step."""
    queries = [f"SELECT * FROM {table.name}" for table in FOLD_TABLES] if whole else _CHEAP
    with terminal.read() as conn:
        return [conn.exec_driver_sql(query).fetchall() for query in queries]


def _last(terminal: Terminal) -> int:
    with terminal.read() as conn:
        return int(conn.exec_driver_sql("SELECT max(seq) FROM journal").scalar() or 0)


def _kinds_behind(terminal: Terminal, seq: int) -> list[str]:
    with terminal.read() as conn:
        return list(conn.exec_driver_sql(f"SELECT kind FROM journal WHERE seq > {seq}").scalars())
