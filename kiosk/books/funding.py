"""资金使用公示: what each source of funds paid for, by lot, with the decision behind it; no money."""

from __future__ import annotations

from kiosk.books.forms import Desk
from kiosk.books.table import Column, Table
from kiosk.ledger.masks import mask_name
from kiosk.services import funds
from kiosk.services.funds import FundedLot


def notice(desk: Desk, first: str, last: str) -> Table:
    """The lots that came on the business days `first` … `last`, by source; a donor's name is masked."""
    found = [one for one in funds.lots(desk.terminal) if first <= one.day <= last]
    order = [one.fund for one in funds.funds(desk.terminal)]
    found.sort(key=lambda one: (order.index(one.fund) if one.fund in order else len(order), one.day, one.lot))
    columns = (
        Column(heading=desk.say("books.fund"), weight=12),
        Column(heading=desk.say("books.day"), weight=10),
        Column(heading=desk.say("books.goods"), weight=20),
        Column(heading=desk.say("books.unit"), weight=6),
        Column(heading=desk.say("books.pieces"), weight=7, kind="count"),
        Column(heading=desk.say("books.worth"), weight=10, kind="points", summed=True),
        Column(heading=desk.say("books.supplier"), weight=16),
        Column(heading=desk.say("books.resolution"), weight=12),
        Column(heading=desk.say("books.meeting"), weight=10),
    )
    rows = tuple(
        (
            _fund_word(desk, one.fund),
            one.day,
            one.name,
            one.unit,
            one.came,
            one.worth_tenths,
            _from_whom(desk, one),
            one.resolution,
            one.meeting,
        )
        for one in found
    )
    notes = (desk.say("books.worth-note"), *desk.contacts())
    return Table(columns=columns, rows=rows, notes=notes, **desk.frame("books.fund-notice", first, last))


def _fund_word(desk: Desk, fund: str) -> str:
    key = f"stock.fund.{fund}"
    return desk.say(key if key in desk.say else "stock.fund.unknown")


def _from_whom(desk: Desk, one: FundedLot) -> str:
    if one.kind == "stock-arrive":
        return desk.say("books.other-centre")
    return mask_name(one.supplier) if one.kind == "stock-donate" else one.supplier
