"""The honours register as the entries leave it: given, and perhaps withdrawn once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import honour


def _honour(conn: Connection, entry: Entry) -> None:
    body = entry.body
    if "withdraws" in body:
        epoch, seq = body["withdraws"]
        if _WITHDRAW.run(conn, {"b_epoch": epoch, "b_seq": seq}) != 1:
            raise OverdrawnError("honour")
        return
    given = {"household": body["hh"], "title": body["title"], "level": body["level"], "year": body["year"]}
    _GIVE.run(conn, {"epoch": entry.epoch, "seq": entry.seq, **given, "state": "held"})


_GIVE = Prepared(insert(honour))
_WITHDRAW = Prepared(
    update(honour)
    .where(
        honour.c.epoch == bindparam("b_epoch"), honour.c.seq == bindparam("b_seq"), honour.c.state == "held"
    )
    .values(state="withdrawn")
)
TABLES = (honour,)
KINDS: dict[str, Fold] = {"honour": _honour}
