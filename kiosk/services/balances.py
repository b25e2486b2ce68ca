"""What was there, came, went and is left of every lot between two days (期初/入/出/期末), by the journal.

The shelf and what is set aside for somebody count together: a reservation moves nothing.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger.refusals import Refused
from kiosk.services import shelf
from kiosk.services.clock import is_day
from kiosk.services.terminal import Terminal
from kiosk.store.prepared import Prepared
from kiosk.store.tables import journal, stock_move


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """One lot over the days asked for; pieces. opening + came − went = closing."""

    sku: str
    name: str
    unit: str
    lot: str
    opening: int
    came: int
    went: int
    closing: int
    by_kind: dict[str, int]  # change by entry kind; `stock-count+` and `stock-count-` apart


def between(terminal: Terminal, first: str, last: str) -> tuple[Balance, ...]:
    """Every lot that was there or moved between two business days, both included, by good and lot.

    Raises `Refused`: `day-unreadable`, `stock-days-crossed`.
    """
    if not (is_day(first) and is_day(last)):
        raise Refused("day-unreadable")
    if first > last:
        raise Refused("stock-days-crossed")
    with terminal.read() as conn:
        opening: dict[tuple[str, str], int] = {}
        moved: dict[tuple[str, str], dict[str, int]] = {}
        for row in _MOVED.all(conn, {"b_last": last}):
            key = (row.sku, row.lot)
            if row.day < first:
                opening[key] = opening.get(key, 0) + row.pieces
            elif row.pieces:
                kinds = moved.setdefault(key, {})
                name = _named(row)
                kinds[name] = kinds.get(name, 0) + row.pieces
        keys = sorted(moved.keys() | {key for key, pieces in opening.items() if pieces})
        names: dict[str, tuple[str, str]] = {}
        return tuple(_balance(conn, names, key, opening.get(key, 0), moved.get(key, {})) for key in keys)


def _balance(
    conn: Connection,
    names: dict[str, tuple[str, str]],
    key: tuple[str, str],
    opening: int,
    kinds: dict[str, int],
) -> Balance:
    sku, lot = key
    if sku not in names:
        item = shelf.known(conn, sku)
        names[sku] = (item.name, item.unit) if item else (sku, "")
    came = sum(pieces for pieces in kinds.values() if pieces > 0)
    went = -sum(pieces for pieces in kinds.values() if pieces < 0)
    return Balance(
        sku=sku,
        name=names[sku][0],
        unit=names[sku][1],
        lot=lot,
        opening=opening,
        came=came,
        went=went,
        closing=opening + came - went,
        by_kind=dict(sorted(kinds.items())),
    )


def _named(row: Any) -> str:
    if row.kind != "stock-count":
        return str(row.kind)
    return "stock-count+" if row.pieces > 0 else "stock-count-"


_MOVED = Prepared(  # one row an entry and lot, so that a reservation's two sides cancel
    select(
        stock_move.c.sku,
        stock_move.c.lot,
        journal.c.kind,
        journal.c.day,
        func.sum(stock_move.c.pieces).label("pieces"),
    )
    .select_from(
        stock_move.join(
            journal, (journal.c.epoch == stock_move.c.epoch) & (journal.c.seq == stock_move.c.seq)
        )
    )
    .where(journal.c.day <= bindparam("b_last"))
    .group_by(stock_move.c.epoch, stock_move.c.seq, stock_move.c.sku, stock_move.c.lot)
)
