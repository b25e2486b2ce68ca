"""工作卡和密码变更登记: who changed whose card or PIN, when and why; never a PIN."""

from __future__ import annotations

from kiosk.books.forms import Desk
from kiosk.books.table import Column, Table
from kiosk.services import staffing


def changes(desk: Desk, first: str, last: str) -> Table:
    """The changes of the business days `first` … `last`, the latest first."""
    say = desk.say
    columns = (
        Column(heading=say("staffing.day"), weight=10),
        Column(heading=say("staffing.whose"), weight=14),
        Column(heading=say("staffing.what"), weight=16),
        Column(heading=say("staffing.reason"), weight=12),
        Column(heading=say("staffing.actor"), weight=14),
        Column(heading=say("staffing.second"), weight=14),
        Column(heading=say("books.entry"), weight=8),
    )
    rows = tuple(
        (
            one.day,
            _who(desk, one.staff),
            say(f"why.kind.{one.kind}"),
            say(f"staffing.why.{one.why}") if one.why else "",
            _who(desk, one.actor),
            _who(desk, one.second),
            one.entry,
        )
        for one in staffing.changes(desk.conn, first, last)
    )
    return Table(columns=columns, rows=rows, **desk.frame("staffing.book", first, last))


def _who(desk: Desk, staff: str) -> str:
    return f"{desk.staff.get(staff, '')} {staff}".strip()
