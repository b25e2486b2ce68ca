"""Residents' own PINs as the entries leave them: the last one set counts, an empty one is none."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold
from kiosk.store.prepared import Prepared, insert_or_set
from kiosk.store.tables import household_pin


def _set(conn: Connection, entry: Entry) -> None:
    household, stored = entry.body["hh"], entry.body["hash"]
    if stored:
        _SET.run(conn, {"household": household, "hash": stored})
    else:
        _CLEAR.run(conn, {"b_household": household})


_SET = insert_or_set(household_pin)
_CLEAR = Prepared(delete(household_pin).where(household_pin.c.household == bindparam("b_household")))
TABLES = (household_pin,)
KINDS: dict[str, Fold] = {"pin-set": _set}
