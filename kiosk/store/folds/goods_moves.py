"""Goods between centres as our entries leave them: each document goes out once and comes in once for ever."""

from __future__ import annotations

from sqlalchemy import Connection, insert
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger import stock
from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import stock_arrived, stock_sent


def _sent(conn: Connection, entry: Entry) -> None:
    pieces = sum(line[2] for line in entry.body["lots"])
    row = {"epoch": entry.epoch, "seq": entry.seq, "dest": entry.body["to"], "day": entry.day}
    _SENT.run(conn, {**row, "pieces": pieces})


def _arrived(conn: Connection, entry: Entry) -> None:
    terminal, epoch, seq = entry.body["doc"]
    arrived = {
        "terminal": terminal,
        "epoch": epoch,
        "seq": seq,
        "by_epoch": entry.epoch,
        "by_seq": entry.seq,
        "sent": sum(pieces for _sku, pieces, _came in entry.body["sent"]),
        "came": sum(one.pieces for one in stock.came(entry.body)),
    }
    if _ARRIVED.run(conn, arrived) != 1:
        raise OverdrawnError("document")


_SENT = Prepared(insert(stock_sent))
_ARRIVED = Prepared(upsert(stock_arrived).on_conflict_do_nothing())
TABLES = (stock_sent, stock_arrived)
KINDS: dict[str, Fold] = {"stock-send": _sent, "stock-arrive": _arrived}
