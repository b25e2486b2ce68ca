"""红榜: who stands first by honour score in a month, a quarter or a year; masked, for the wall."""

from __future__ import annotations

from calendar import monthrange

from kiosk.books.forms import Desk
from kiosk.books.table import Column, Table
from kiosk.ledger.refusals import Refused
from kiosk.services import honours

MONTHS_A_QUARTER = 3


def board(desk: Desk, first: str, last: str) -> Table:
    """The households by honour score. Raises `Refused("period-unreadable")` unless the days `first` … `last`
    are a whole month, quarter or year."""
    period = period_of(first, last)
    columns = (
        Column(heading=desk.say("books.place"), weight=6, kind="count"),
        Column(heading=desk.say("books.resident"), weight=20),
        Column(heading=desk.say("books.honour-score"), weight=10, kind="points"),
    )
    rows = tuple(
        (one.place, desk.masked(one.household), one.honour_tenths)
        for one in honours.board(desk.terminal, period)
    )
    coverage = honours.coverage(desk.terminal, period)
    note = desk.say(
        "honours.coverage",
        period=period,
        households=coverage.households,
        taking_part=coverage.taking_part,
        percent=coverage.percent,
        wanted_percent=coverage.wanted_percent,
    )
    return Table(columns=columns, rows=rows, notes=(note,), **desk.frame("books.red-list", first, last))


def period_of(first: str, last: str) -> str:
    """`2026-11`, `2026-Q4` or `2026`, as the honours name it."""
    year, month = first[:4], int(first[5:7])
    begins, ends = first[8:] == "01" and last[:4] == year, int(last[5:7])
    if begins and int(last[8:]) == monthrange(int(year), ends)[1]:
        if ends == month:
            return first[:7]
        if (month, ends) == (1, 12):
            return year
        if month % MONTHS_A_QUARTER == 1 and ends == month + MONTHS_A_QUARTER - 1:
            return f"{year}-Q{ends // MONTHS_A_QUARTER}"
    raise Refused("period-unreadable")
