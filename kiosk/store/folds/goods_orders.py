"""Orders for goods as the entries leave them: a draft, then sent once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import goods_order, goods_order_line


def _order(conn: Connection, entry: Entry) -> None:
    key = {"epoch": entry.epoch, "seq": entry.seq}
    if "draft" in entry.body:
        epoch, seq = entry.body["draft"]
        by = {"b_by_epoch": entry.epoch, "b_by_seq": entry.seq, "b_day": entry.day}
        if _SEND.run(conn, {"b_epoch": epoch, "b_seq": seq, **by}) != 1:
            raise OverdrawnError("goods order")
        return
    _NEW.run(conn, {**key, "day": entry.day, "state": "draft", "sent": "", "by_epoch": 0, "by_seq": 0})
    _LINES.many(conn, [{**key, "sku": sku, "pieces": pieces} for sku, pieces in entry.body["lines"]])


_NEW = Prepared(insert(goods_order))
_LINES = Prepared(insert(goods_order_line))
_SEND = Prepared(
    update(goods_order)
    .where(
        goods_order.c.epoch == bindparam("b_epoch"),
        goods_order.c.seq == bindparam("b_seq"),
        goods_order.c.state == "draft",
    )
    .values(
        state="sent", sent=bindparam("b_day"), by_epoch=bindparam("b_by_epoch"), by_seq=bindparam("b_by_seq")
    )
)
TABLES = (goods_order, goods_order_line)
KINDS: dict[str, Fold] = {"goods-order": _order}
