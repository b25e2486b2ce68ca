"""Deliveries as the entries leave them: opened by a redemption to be brought home, ended once at the door."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import delivery


def _open(conn: Connection, entry: Entry) -> None:
    if "deliver" not in entry.body:
        return
    row = {"epoch": entry.epoch, "seq": entry.seq, "household": entry.body["hh"], "state": "open"}
    _NEW.run(conn, row | {"by_epoch": 0, "by_seq": 0})


def _end(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["redeemed"]
    ended = {"b_epoch": epoch, "b_seq": seq, "b_by_epoch": entry.epoch, "b_by_seq": entry.seq}
    if _END.run(conn, ended) != 1:
        raise OverdrawnError("delivery")


_NEW = Prepared(insert(delivery))
_END = Prepared(
    update(delivery)
    .where(
        delivery.c.epoch == bindparam("b_epoch"),
        delivery.c.seq == bindparam("b_seq"),
        delivery.c.state == "open",
    )
    .values(state="delivered", by_epoch=bindparam("b_by_epoch"), by_seq=bindparam("b_by_seq"))
)
TABLES = (delivery,)
KINDS: dict[str, Fold] = {"redeem": _open, "deliver": _end}
