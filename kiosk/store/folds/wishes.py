"""What households wish for, as their votes say: one a household, good and month."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import wish


def _wish(conn: Connection, entry: Entry) -> None:
    body = entry.body
    vote = {"month": entry.day[:7], "about": body["about"], "household": body["hh"]}
    if _VOTE.run(conn, {**vote, "wanted": body["wanted"], "price": body["price"]}) != 1:
        raise OverdrawnError("wish")


_VOTE = Prepared(upsert(wish).on_conflict_do_nothing())
TABLES = (wish,)
KINDS: dict[str, Fold] = {"wish": _wish}
