"""Orders for goods as the entries leave them: a draft, sent once, its way through township and county."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, select, update

from kiosk.ledger import ordering
from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import goods_order, goods_order_line


def _order(conn: Connection, entry: Entry) -> None:
    key = {"epoch": entry.epoch, "seq": entry.seq}
    if "step" in entry.body:
        _step(conn, entry)
        return
    if "draft" in entry.body:
        epoch, seq = entry.body["draft"]
        by = {"b_by_epoch": entry.epoch, "b_by_seq": entry.seq, "b_day": entry.day}
        if _SEND.run(conn, {"b_epoch": epoch, "b_seq": seq, **by}) != 1:
            raise OverdrawnError("goods order")
        return
    blank = {"state": "draft", "sent": "", "moved": "", "why": "", "by_epoch": 0, "by_seq": 0}
    _NEW.run(conn, {**key, "day": entry.day, **blank})
    _LINES.many(conn, [{**key, "sku": sku, "pieces": pieces} for sku, pieces in entry.body["lines"]])


def _step(conn: Connection, entry: Entry) -> None:
    (epoch, seq), step = entry.body["for"], entry.body["step"]
    found = _STATE.scalar(conn, {"b_epoch": epoch, "b_seq": seq})
    if found not in ordering.FROM.get(step, ()):
        raise OverdrawnError("goods order")
    values = {"b_state": step, "b_day": entry.day, "b_why": entry.body.get("why", "")}
    _STEP.run(conn, {"b_epoch": epoch, "b_seq": seq, **values})


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
_THE_ORDER = (goods_order.c.epoch == bindparam("b_epoch"), goods_order.c.seq == bindparam("b_seq"))
_STATE = Prepared(select(goods_order.c.state).where(*_THE_ORDER))
_STEP = Prepared(
    update(goods_order)
    .where(*_THE_ORDER)
    .values(state=bindparam("b_state"), moved=bindparam("b_day"), why=bindparam("b_why"))
)
TABLES = (goods_order, goods_order_line)
KINDS: dict[str, Fold] = {"goods-order": _order}
