"""What each source of funds paid for, by lot, with the decision behind it; and goods against points.

Money is never kept: pieces are counted, and what they are worth in points at today's prices.
"""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import select

from kiosk.ledger import stock
from kiosk.services import books
from kiosk.services.terminal import Terminal
from kiosk.store import side
from kiosk.store.catalogue import GOODS_NOW
from kiosk.store.prepared import Prepared
from kiosk.store.tables import goods, lot, lot_origin


class Fund(msgspec.Struct, frozen=True, kw_only=True):
    """What one source paid for here; goods that came from other centres were paid for there."""

    fund: str
    lots: int
    came: int  # pieces
    left: int  # of these, on the shelf or set aside
    worth_tenths: int  # of what came
    undecided: int  # lots without a resolution


class FundedLot(msgspec.Struct, frozen=True, kw_only=True):
    """One lot with what stands behind it. The supplier's or donor's name is whole: mask a person's."""

    sku: str
    name: str
    unit: str
    lot: str
    day: str
    kind: str  # stock-receive, stock-donate, stock-arrive
    fund: str
    came: int
    left: int
    best_before: str
    made: str
    worth_tenths: int
    supplier: str
    resolution: str
    meeting: str
    record: str  # reference of the photographed record, "" for none


class Cover(msgspec.Struct, frozen=True, kw_only=True):
    """Goods on the shelf against the points people have: an empty shelf makes points worthless."""

    shelf_tenths: int
    outstanding_tenths: int
    percent: int  # 100 and more: everybody could be served; 100 where nobody has points
    warn: bool


def funds(terminal: Terminal) -> tuple[Fund, ...]:
    """The six sources in their usual order, those without lots too; behind them goods of unknown source."""
    found = [one for one in lots(terminal) if one.kind != "stock-arrive"]
    names = (*stock.FUNDS, *sorted({one.fund for one in found} - set(stock.FUNDS)))
    return tuple(_fund(name, [one for one in found if one.fund == name]) for name in names)


def lots(terminal: Terminal, fund: str = "") -> tuple[FundedLot, ...]:
    """Every lot, or those of one source, the newest first."""
    with terminal.read() as conn:
        rows = _LOTS.all(conn)
        return tuple(_lot(row, side.text(conn, row.supplier)) for row in rows if fund in ("", row.fund))


def cover(terminal: Terminal) -> Cover:
    """How far the goods on the shelf go; expired ones don't count."""
    about = books.today(terminal)
    owed = about.outstanding_tenths
    percent = about.shelf_tenths * 100 // owed if owed else 100
    return Cover(
        shelf_tenths=about.shelf_tenths,
        outstanding_tenths=owed,
        percent=percent,
        warn=percent < terminal.settings.stock.cover_percent,
    )


def _fund(name: str, found: list[FundedLot]) -> Fund:
    return Fund(
        fund=name,
        lots=len(found),
        came=sum(one.came for one in found),
        left=sum(one.left for one in found),
        worth_tenths=sum(one.worth_tenths for one in found),
        undecided=sum(1 for one in found if one.kind == "stock-receive" and not one.resolution),
    )


def _lot(row: Any, supplier: str) -> FundedLot:
    return FundedLot(
        sku=row.sku,
        name=row.name or row.sku,
        unit=row.unit or "",
        lot=row.lot,
        day=row.day,
        kind=row.kind,
        fund=row.fund,
        came=row.came,
        left=row.left,
        best_before=row.best_before,
        made=row.made,
        worth_tenths=row.came * (row.price or 0),
        supplier=supplier,
        resolution=row.resolution,
        meeting=row.meeting,
        record=row.record,
    )


_LOTS = Prepared(
    select(
        lot_origin,
        lot_origin.c.pieces.label("came"),
        (lot.c.pieces + lot.c.held).label("left"),
        lot.c.best_before,
        goods.c.name,
        goods.c.unit,
        goods.c.price,
    )
    .select_from(
        lot_origin.join(lot, (lot.c.sku == lot_origin.c.sku) & (lot.c.lot == lot_origin.c.lot)).outerjoin(
            goods, (goods.c.sku == lot_origin.c.sku) & GOODS_NOW
        )
    )
    .order_by(lot_origin.c.epoch.desc(), lot_origin.c.seq.desc(), lot_origin.c.sku)
)
