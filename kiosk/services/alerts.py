"""What to look after on the shelf: goods that are expired or near it (临期), goods that run out."""

from __future__ import annotations

from typing import Any

import msgspec
from sqlalchemy import bindparam, func, select

from kiosk.services.clock import day_after, days_between
from kiosk.services.terminal import Terminal
from kiosk.store.catalogue import FRESH, GOODS_NOW
from kiosk.store.prepared import Prepared
from kiosk.store.tables import goods, lot, shelf_place, state


class Ageing(msgspec.Struct, frozen=True, kw_only=True):
    """A lot that is expired or near it; pieces on the shelf and set aside."""

    sku: str
    name: str
    unit: str
    lot: str
    best_before: str
    days: int  # left; below 0 it is expired
    pieces: int


class Low(msgspec.Struct, frozen=True, kw_only=True):
    """A good of which few are left."""

    sku: str
    name: str
    unit: str
    on_hand: int  # fit to be handed out
    level: int


class Alerts(msgspec.Struct, frozen=True, kw_only=True):
    """All of it on the business day."""

    day: str
    expired: tuple[Ageing, ...]
    near: tuple[Ageing, ...]
    low: tuple[Low, ...]


def alerts(terminal: Terminal) -> Alerts:
    """What to look after today, soonest and fewest first."""
    settings = terminal.settings.stock
    with terminal.read() as conn:
        day = str(_DAY.scalar(conn) or "")
        near = day_after(day, settings.near_days) if day else ""
        ageing = [_ageing(row, day) for row in _AGEING.all(conn, {"b_near": near})]
        low = [_low(row, settings.low_pieces) for row in _STOCK.all(conn)]
    return Alerts(
        day=day,
        expired=tuple(one for one in ageing if one.days < 0),
        near=tuple(one for one in ageing if one.days >= 0),
        low=tuple(one for one in low if one.on_hand <= one.level),
    )


def _ageing(row: Any, day: str) -> Ageing:
    return Ageing(
        sku=row.sku,
        name=row.name or row.sku,
        unit=row.unit or "",
        lot=row.lot,
        best_before=row.best_before,
        days=days_between(day, row.best_before),
        pieces=row.pieces,
    )


def _low(row: Any, general: int) -> Low:
    level = general if row.level is None or row.level < 0 else row.level
    return Low(sku=row.sku, name=row.name, unit=row.unit, on_hand=row.on_hand, level=level)


_DAY = Prepared(select(state.c.value).where(state.c.name == "day"))
_AGEING = Prepared(
    select(
        lot.c.sku,
        goods.c.name,
        goods.c.unit,
        lot.c.lot,
        lot.c.best_before,
        (lot.c.pieces + lot.c.held).label("pieces"),
    )
    .select_from(lot.outerjoin(goods, (goods.c.sku == lot.c.sku) & GOODS_NOW))
    .where(lot.c.best_before != "", lot.c.best_before <= bindparam("b_near"), lot.c.pieces + lot.c.held > 0)
    .order_by(lot.c.best_before, lot.c.sku, lot.c.lot)
)
_ON_HAND = func.coalesce(func.sum(lot.c.pieces), 0).label("on_hand")
_STOCK = Prepared(
    select(goods.c.sku, goods.c.name, goods.c.unit, _ON_HAND, func.max(shelf_place.c.level).label("level"))
    .select_from(
        goods.outerjoin(lot, (lot.c.sku == goods.c.sku) & FRESH).outerjoin(
            shelf_place, shelf_place.c.sku == goods.c.sku
        )
    )
    .where(GOODS_NOW)
    .group_by(goods.c.sku)
    .order_by(_ON_HAND, goods.c.sku)
)
