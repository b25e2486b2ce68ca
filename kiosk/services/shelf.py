"""Goods on the shelf: what may be handed out today, what it costs, what a barcode names."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger import barcodes
from kiosk.ledger.refusals import Refused
from kiosk.ledger.stock import Lot
from kiosk.services.terminal import Terminal
from kiosk.services.views import ShelfItem
from kiosk.store.catalogue import FRESH, GOODS_NOW
from kiosk.store.prepared import Prepared
from kiosk.store.tables import goods, lot


def shelf(terminal: Terminal) -> tuple[ShelfItem, ...]:
    """Every good the catalogue names, dearest first, with the pieces on hand; expired ones don't count."""
    with terminal.read() as conn:
        return items(conn)


def items(conn: Connection) -> tuple[ShelfItem, ...]:
    """`shelf`, on a connection."""
    return tuple(_item(row) for row in _SHELF.all(conn))


def by_barcode(terminal: Terminal, code: str) -> ShelfItem:
    """The good behind a barcode or SKU. Raises `Refused("unknown-barcode")`."""
    wanted = code.strip()
    with terminal.read() as conn:
        row = _BY_CODE.first(conn, {"b_code": wanted}) if wanted else None  # many goods have no barcode
        if row is None and barcodes.is_own(wanted):
            row = _by_own_code(conn, wanted)
    if row is None:
        raise Refused("unknown-barcode")
    return _item(row)


def item(conn: Connection, sku: str) -> ShelfItem:
    """One good. Raises `Refused("unknown-goods")`."""
    found = known(conn, sku)
    if found is None:
        raise Refused("unknown-goods")
    return found


def known(conn: Connection, sku: str) -> ShelfItem | None:
    """One good; None where the catalogue has none of that SKU."""
    row = _BY_SKU.first(conn, {"b_sku": sku})
    return None if row is None else _item(row)


def stocked(conn: Connection, sku: str) -> tuple[ShelfItem, tuple[Lot, ...]]:
    """One good with the lots that may be handed out today. Raises `Refused("unknown-goods")`."""
    rows = _STOCKED.all(conn, {"b_sku": sku})
    if not rows:
        raise Refused("unknown-goods")
    lots = tuple([Lot(row.lot, row.best_before, row.on_hand) for row in rows if row.on_hand])
    return _item(rows[0], sum([lot.pieces for lot in lots])), lots


def short(conn: Connection, item: ShelfItem) -> Refused:
    """What to say when fewer pieces of a good may be handed out than were asked for."""
    expired = _EXPIRED.scalar(conn, {"b_sku": item.sku})
    if expired:
        return Refused("goods-expired", item=item.name, left=item.on_hand, expired=expired)
    return Refused("not-enough-stock", item=item.name, left=item.on_hand)


def own_barcode(item: ShelfItem) -> str:
    """The EAN-13 code that names a good: its maker's, or the one we print where it has none."""
    return item.barcode if barcodes.is_ean13(item.barcode) else barcodes.own_code(item.sku)


def _by_own_code(conn: Connection, code: str) -> Any:
    """The good for which we print `code`; None for none, and for two that share it."""
    found = [row for row in _SHELF.all(conn) if barcodes.own_code(row.sku) == code]
    return found[0] if len(found) == 1 else None


def _item(row: Any, on_hand: int | None = None) -> ShelfItem:
    return ShelfItem(
        sku=row.sku,
        name=row.name,
        unit=row.unit,
        price_tenths=row.price,
        on_hand=row.on_hand if on_hand is None else on_hand,
        barcode=row.barcode,
        picture=row.picture,
        category=row.category,
        limit=row.most_a_month,
        caps=row.caps,
    )


_ON_HAND = (
    select(func.coalesce(func.sum(lot.c.pieces), 0)).where(lot.c.sku == goods.c.sku, FRESH).scalar_subquery()
)
_ITEM = select(goods, _ON_HAND.label("on_hand")).where(GOODS_NOW)
_SHELF = Prepared(_ITEM.order_by(goods.c.price.desc(), goods.c.sku))
_BY_SKU = Prepared(_ITEM.where(goods.c.sku == bindparam("b_sku")))
_STOCKED = Prepared(  # a row for each lot; one without a lot where there is none
    select(goods, lot.c.lot, lot.c.best_before, lot.c.pieces.label("on_hand"))
    .select_from(goods.outerjoin(lot, (lot.c.sku == goods.c.sku) & (lot.c.pieces > 0) & FRESH))
    .where(GOODS_NOW, goods.c.sku == bindparam("b_sku"))
)
_BY_CODE = Prepared(
    _ITEM.where((goods.c.barcode == bindparam("b_code")) | (goods.c.sku == bindparam("b_code")))
)
_EXPIRED = Prepared(
    select(func.coalesce(func.sum(lot.c.pieces), 0).label("expired")).where(
        lot.c.sku == bindparam("b_sku"), ~FRESH
    )
)
