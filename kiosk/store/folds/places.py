"""Where goods stand on the shelf and when to warn that they run out, as a person last said."""

from __future__ import annotations

from sqlalchemy import Connection

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold
from kiosk.store.prepared import insert_or_set
from kiosk.store.tables import shelf_place


def _place(conn: Connection, entry: Entry) -> None:
    body = entry.body
    _PLACE.run(conn, {"sku": body["sku"], "place": body["place"], "level": body["level"]})


_PLACE = insert_or_set(shelf_place)
TABLES = (shelf_place,)
KINDS: dict[str, Fold] = {"stock-place": _place}
