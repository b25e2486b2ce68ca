"""一统八有: the eight things every centre must have, each with what the books say of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, func, select

from kiosk.books import documents
from kiosk.books.forms import Desk
from kiosk.books.table import Column, Table
from kiosk.ledger import stock
from kiosk.ledger.postings import POINT_KINDS
from kiosk.services.roles import MANAGER
from kiosk.store.tables import journal, lot, rule, shelf_place, staff

ITEMS = ("shelves", "goods", "rules", "points", "redeeming", "stock", "staff", "notice")


def checklist(desk: Desk, first: str, last: str) -> Table:
    """Each of the eight: there or missing, and what that is based on, for the days `first` … `last`."""
    days = {"b_first": first, "b_last": last}
    found = {
        "shelves": _count(desk, _SHELVES),
        "goods": _count(desk, _GOODS),
        "rules": _count(desk, select(func.count()).select_from(rule)),
        "points": _count(desk, _entries(POINT_KINDS), days),
        "stock": _count(desk, _entries(stock.KINDS), days),
        "staff": _count(desk, _MANAGERS),
        "notice": _count(desk, _entries({"publish"}), days),
    }
    text = documents.load(desk.terminal, documents.RULES)
    there = {**{name: count > 0 for name, count in found.items()}, "redeeming": text.own}
    rows = tuple(
        (
            desk.say(f"books.eight-{name}"),
            desk.say("books.there" if there[name] else "books.missing"),
            desk.say(
                "books.based-redeeming-own" if text.own else "books.based-redeeming", version=text.version
            )
            if name == "redeeming"
            else desk.say(f"books.based-{name}", count=found[name]),
        )
        for name in ITEMS
    )
    columns = (
        Column(heading=desk.say("books.item"), weight=14),
        Column(heading=desk.say("books.verdict"), weight=6),
        Column(heading=desk.say("books.based-on"), weight=30),
    )
    frame = desk.frame("books.checklist", first, last)
    return Table(
        columns=columns, rows=rows, notes=desk.contacts(), signs=desk.signs("manager", "supervisor"), **frame
    )


def _count(desk: Desk, statement: Select[Any], params: dict[str, str] | None = None) -> int:
    return int(desk.conn.execute(statement, params or {}).scalar() or 0)


def _entries(kinds: frozenset[str] | set[str]) -> Select[Any]:
    return select(func.count()).where(
        journal.c.kind.in_(sorted(kinds)), journal.c.day.between(bindparam("b_first"), bindparam("b_last"))
    )


_SHELVES = select(func.count()).where(shelf_place.c.place != "")
_GOODS = select(func.count(lot.c.sku.distinct())).where(lot.c.pieces > 0)
_MANAGERS = select(func.count()).where(staff.c.role == MANAGER, staff.c.state == "active")
