"""疑点清单: what an inspector should look at, as a table; a flag accuses nobody."""

from __future__ import annotations

from kiosk.books.forms import Desk
from kiosk.books.table import Column, Table
from kiosk.ledger.masks import mask_name
from kiosk.services import audit
from kiosk.services.audit import Flagged


def flags(desk: Desk, first: str, last: str) -> Table:
    """The flags of the business days `first` … `last`; collectors' names are masked."""
    columns = (
        Column(heading=desk.say("books.flag"), weight=24),
        Column(heading=desk.say("books.about"), weight=12),
        Column(heading=desk.say("books.count"), weight=6, kind="count"),
        Column(heading=desk.say("books.out-of"), weight=6),
        Column(heading=desk.say("books.entry"), weight=30),
    )
    rows = tuple(
        (
            desk.say(f"books.flag-{one.code}"),
            _who(desk, one),
            one.count,
            str(one.of) if one.of else "",
            " ".join(one.entries),
        )
        for one in audit.found(desk.terminal, desk.conn, first, last)
    )
    notes = (desk.say("books.flag-note"),)
    return Table(columns=columns, rows=rows, notes=notes, **desk.frame("books.flags", first, last))


def _who(desk: Desk, one: Flagged) -> str:
    return mask_name(one.name) or desk.staff.get(one.who, one.who)
