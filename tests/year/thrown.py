"""A clock thrown ten years ahead and ten back before every step of the year; at some the program restarts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from kiosk.services import cards, due, loans, redeem, rules
from kiosk.services import day as days
from kiosk.services.terminal import Terminal
from kiosk.services.views import Proof
from kiosk.store.tables import FOLD_TABLES
from tests.kiosk.books import raw
from tests.year.runner import Year

TEN_YEARS = 3653
RESTARTS = 60  # in a year, with everything compared
NAMED, ASKED = 20, 3  # households, and of how many it is asked what they may at a restart
_REFERENCE = re.compile(
    r"[0-9a-f]{32}( [0-9a-f]{32})*"
)  # what lies beside the chain is salted: never the same
_ENTRY = re.compile(r"1-([0-9]+)")
_NAMED = ("lot", "session")  # columns that carry an entry's name
_CHEAP = (
    "SELECT * FROM total",
    "SELECT sum(available), sum(saved), sum(held), sum(owed), sum(honour) FROM pot",
    "SELECT seq, since, until FROM notice",
    "SELECT count(*) FROM notice_line WHERE state = 'noticed'",
    "SELECT count(*), sum(times), sum(tenths) FROM rule_use",
    "SELECT seq, due, remaining FROM loan",
    "SELECT seq, until FROM hold WHERE state = 'open'",
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
        restart = self.count % (len(year.lines) // RESTARTS) == 0
        before, last = self._figures(year, whole=restart), _last(year.terminal)
        for days_off in (TEN_YEARS, -TEN_YEARS):
            self._set(year, days_off)
            if restart:
                year.reopen()
            days.follow_clock(year.terminal)
            assert due.run(year.terminal) == 0, "nothing is due because a clock says so"
            assert self._figures(year, whole=restart) == before
        assert set(_kinds_behind(year.terminal, last)) == {"clock"}
        self._set(year, (0, TEN_YEARS, 0, -TEN_YEARS)[self.count % 4])

    def _figures(self, year: Year, *, whole: bool) -> list[Any]:
        """What no clock may move: what says enough at every step; or every folded table, and what some of the
        twenty have, may borrow, may take of a good and may still earn."""
        if not whole:
            return _asked(year.terminal, _CHEAP)
        some = (year.people[(self.count + at) % NAMED].id for at in range(ASKED))
        tables = _asked(year.terminal, [f"SELECT * FROM {table.name}" for table in FOLD_TABLES])
        return [*tables, *(_room(year, one) for one in some)]

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


def _asked(terminal: Terminal, queries: Sequence[str]) -> list[Any]:
    with terminal.read() as conn:
        return [conn.exec_driver_sql(query).fetchall() for query in queries]


def _room(year: Year, household: str) -> tuple[Any, ...]:
    terminal, account = year.terminal, year.account(household) if _has_card(year, household) else None
    return (
        account,
        loans.room(terminal, household),
        rules.room(terminal, "tidy-yard", household),
        redeem.quote(terminal, Proof(household=household, how="desk:other"), (("rice5", 2),)),
    )


def _has_card(year: Year, household: str) -> bool:
    return any(one.state == "active" for one in cards.cards_of(year.terminal, household))


def _last(terminal: Terminal) -> int:
    with terminal.read() as conn:
        return int(conn.exec_driver_sql("SELECT max(seq) FROM journal").scalar() or 0)


def _kinds_behind(terminal: Terminal, seq: int) -> list[str]:
    with terminal.read() as conn:
        return list(conn.exec_driver_sql(f"SELECT kind FROM journal WHERE seq > {seq}").scalars())
