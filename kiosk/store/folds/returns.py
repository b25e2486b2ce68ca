"""What came back of a redemption, by good, whatever its condition."""

from __future__ import annotations

from sqlalchemy import Connection

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold
from kiosk.store.prepared import insert_or_add
from kiosk.store.tables import returned


def _return(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["redeemed"]
    for sku, pieces, *_rest in entry.body["lines"]:
        _RETURNED.run(conn, {"epoch": epoch, "seq": seq, "sku": sku, "pieces": pieces})


_RETURNED = insert_or_add(returned)
TABLES = (returned,)
KINDS: dict[str, Fold] = {"return": _return}
