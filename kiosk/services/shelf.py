"""Goods on the shelf: what is there, what it costs, what a barcode names; and goods taken in."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.clock import is_day
from kiosk.services.terminal import Terminal
from kiosk.services.views import ShelfItem
from kiosk.store.catalogue import GOODS_NOW
from kiosk.store.prepared import Prepared
from kiosk.store.tables import goods, lot

MOST_PIECES_RECEIVED = 10_000
FUNDS = ("finance", "assistance", "collective", "donation", "township", "market")  # 六位一体


def shelf(terminal: Terminal) -> tuple[ShelfItem, ...]:
    """Every good the catalogue names, dearest first, with the pieces on hand."""
    with terminal.read() as conn:
        return tuple(_item(row) for row in _SHELF.all(conn))


def by_barcode(terminal: Terminal, code: str) -> ShelfItem:
    """The good behind a barcode or SKU. Raises `Refused("unknown-barcode")`."""
    wanted = code.strip()
    with terminal.read() as conn:
        row = _BY_CODE.first(conn, {"b_code": wanted}) if wanted else None  # many goods have no barcode
    if row is None:
        raise Refused("unknown-barcode")
    return _item(row)


def item(conn: Connection, sku: str) -> ShelfItem:
    """One good. Raises `Refused("unknown-goods")`."""
    row = _BY_SKU.first(conn, {"b_sku": sku})
    if row is None:
        raise Refused("unknown-goods")
    return _item(row)


def receive(
    terminal: Terminal, sku: str, pieces: int, best_before: str, fund: str, actor: str, second: str
) -> str:
    """Take `pieces` of a good in as a new lot, accepted by two people; returns the entry's id.

    Raises `Refused`: `unknown-goods`, `absurd-amount`, `day-unreadable`, `unknown-fund`, `second-needed`,
    `role-may-not`.
    """
    if not 0 < pieces <= MOST_PIECES_RECEIVED:
        raise Refused("absurd-amount")
    if best_before and not is_day(best_before):
        raise Refused("day-unreadable")
    if fund not in FUNDS:
        raise Refused("unknown-fund")
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "receive")
        staff.active(writing.conn, second)
        item(writing.conn, sku)
        seq = writing.head.seq + 1 if writing.head else 1
        body = {
            "sku": sku,
            "lot": entry_id(terminal.identity.epoch, seq),
            "qty": pieces,
            "best_before": best_before,
            "fund": fund,
        }
        head = writing.append("stock-receive", body, actor, second)
    return entry_id(head.epoch, head.seq)


def _item(row: Any) -> ShelfItem:
    return ShelfItem(
        sku=row.sku,
        name=row.name,
        unit=row.unit,
        price_tenths=row.price,
        on_hand=row.on_hand,
        barcode=row.barcode,
        picture=row.picture,
        category=row.category,
        limit=row.most_a_month,
        caps=row.caps,
    )


_ON_HAND = select(func.coalesce(func.sum(lot.c.pieces), 0)).where(lot.c.sku == goods.c.sku).scalar_subquery()
_ITEM = select(goods, _ON_HAND.label("on_hand")).where(GOODS_NOW)
_SHELF = Prepared(_ITEM.order_by(goods.c.price.desc(), goods.c.sku))
_BY_SKU = Prepared(_ITEM.where(goods.c.sku == bindparam("b_sku")))
_BY_CODE = Prepared(
    _ITEM.where((goods.c.barcode == bindparam("b_code")) | (goods.c.sku == bindparam("b_code")))
)
