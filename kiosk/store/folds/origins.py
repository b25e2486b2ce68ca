"""Where every lot came from, as the receipt, donation or arrival that brought it says."""

from __future__ import annotations

from sqlalchemy import Connection, insert

from kiosk.ledger import stock
from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold
from kiosk.store.prepared import Prepared
from kiosk.store.tables import lot_origin


def _came(conn: Connection, entry: Entry) -> None:
    about = {name: entry.body.get(name, "") for name in ("supplier", "resolution", "meeting", "record")}
    rows = [
        {
            **one._asdict(),
            **about,
            "epoch": entry.epoch,
            "seq": entry.seq,
            "kind": entry.kind,
            "day": entry.day,
        }
        for one in stock.came(entry.body)
    ]
    for row in rows:
        del row["best_before"]
    _NEW.many(conn, rows)


_NEW = Prepared(insert(lot_origin))
TABLES = (lot_origin,)
KINDS: dict[str, Fold] = {"stock-receive": _came, "stock-donate": _came, "stock-arrive": _came}
