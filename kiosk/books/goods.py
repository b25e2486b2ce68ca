"""进出货台账: what was there, came, went and is left of every good and lot."""

from __future__ import annotations

from kiosk.books.forms import Desk
from kiosk.books.table import Cell, Column, Table
from kiosk.services import balances
from kiosk.services.balances import Balance

# the column an entry kind counts in; came in, handed out for points, given, written off, sent, counted
COLUMN_OF = {
    "stock-receive": "came",
    "stock-donate": "came",
    "stock-arrive": "came",
    "redeem": "redeemed",
    "collect": "redeemed",
    "void": "redeemed",
    "void-ask": "redeemed",
    "void-grant": "redeemed",
    "void-deny": "redeemed",
    "return": "redeemed",
    "hold": "redeemed",
    "release": "redeemed",
    "stock-issue": "issued",
    "stock-write-off": "written-off",
    "stock-send": "sent",
    "stock-count": "counted",
}
_OUT = ("redeemed", "issued", "written-off", "sent")


def ledger(desk: Desk, first: str, last: str) -> Table:
    """Every lot of the business days `first` … `last`; what is set aside for somebody still counts as here.

    opening + came − redeemed − issued − written off − sent + counted = closing, in the good's own unit.
    Raises what `balances.between` raises.
    """
    columns = (
        Column(heading=desk.say("books.goods"), weight=20),
        Column(heading=desk.say("books.unit"), weight=6),
        Column(heading=desk.say("books.lot"), weight=9),
        *(
            Column(heading=desk.say(f"books.stock-{name}"), weight=8, kind="count")
            for name in ("opening", "came", *_OUT, "counted", "closing")
        ),
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.name, one.unit, one.lot, one.opening, *_moved(one), one.closing)
        for one in balances.between(desk.terminal, first, last)
    )
    frame = desk.frame("books.goods-ledger", first, last)
    notes = (desk.say("books.stock-equation"),)
    return Table(columns=columns, rows=rows, notes=notes, signs=desk.signs("manager", "supervisor"), **frame)


def _moved(one: Balance) -> tuple[int, ...]:
    sums = dict.fromkeys(("came", *_OUT, "counted"), 0)
    for kind, pieces in one.by_kind.items():
        name = COLUMN_OF[kind.rstrip("+-")]
        sums[name] += -pieces if name in _OUT else pieces
    return tuple(sums.values())
