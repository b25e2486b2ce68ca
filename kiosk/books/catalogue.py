"""Every form there is, by the name the command line calls it; what a form shows is in its own module."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from kiosk.books import (
    checklist,
    funding,
    goods,
    honours,
    household,
    notices,
    points,
    redemptions,
    scoring,
    staffing,
)
from kiosk.books.forms import Desk
from kiosk.books.table import Table


class Asked(NamedTuple):
    """Which days, and of whom."""

    first: str
    last: str
    household: str = ""  # "" for all; the household file needs one


Form = Callable[[Desk, Asked], Sequence[Table]]


def _days(form: Callable[[Desk, str, str], Table]) -> Form:
    return lambda desk, asked: [form(desk, asked.first, asked.last)]


BOOKS: dict[str, Form] = {  # whole books of the centre, for any run of days
    "points-ledger": lambda desk, asked: [points.ledger(desk, *asked)],
    "points-notice": lambda desk, asked: notices.points(desk, asked.first, asked.last),
    "month-sheet": lambda desk, asked: scoring.sheet(desk, asked.first, asked.last),
    "goods-ledger": _days(goods.ledger),
    "redemption-register": _days(redemptions.register),
    "redemption-notice": _days(redemptions.notice),
    "fund-notice": _days(funding.notice),
    "staff-changes": _days(staffing.changes),
    "checklist": _days(checklist.checklist),
}
FORMS: dict[str, Form] = {
    **BOOKS,
    "red-list": _days(honours.board),  # a whole month, quarter or year
    "household-file": lambda desk, asked: household.file(desk, *asked),
}
