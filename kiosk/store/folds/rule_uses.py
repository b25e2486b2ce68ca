"""How often and how much each rule was used for whom, by the day of the deed: what caps are counted on."""

from __future__ import annotations

from sqlalchemy import Connection

from kiosk.ledger.entries import Entry
from kiosk.ledger.rules import use_of
from kiosk.store.folds import Fold
from kiosk.store.prepared import insert_or_add
from kiosk.store.tables import rule_use


def _count(conn: Connection, entry: Entry) -> None:
    use = use_of(entry.kind, entry.day, entry.body)
    if use is not None:
        _USE.run(conn, {"household": entry.body["hh"], **use._asdict()})


_USE = insert_or_add(rule_use)
TABLES = (rule_use,)
KINDS: dict[str, Fold] = dict.fromkeys(("earn", "deduct", "correct", "reverse"), _count)
