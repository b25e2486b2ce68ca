"""Collective days as the entries leave them: opened with their goods, closed to reservations once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import session, session_good


def _session(conn: Connection, entry: Entry) -> None:
    body = entry.body
    if "close" in body:
        epoch, seq = body["close"]
        if _CLOSE.run(conn, {"b_epoch": epoch, "b_seq": seq}) != 1:
            raise OverdrawnError("session")
    if "goods" not in body:  # closed, or its pick list printed
        return
    here = {"epoch": entry.epoch, "seq": entry.seq}
    days = {name: body[name] for name in ("day", "opens", "closes", "places")}
    _NEW.run(conn, here | days | {"state": "open"})
    _GOODS.many(
        conn,
        [
            here | {"sku": sku, "price": price, "quota": quota, "most": most}
            for sku, price, quota, most in body["goods"]
        ],
    )


_NEW = Prepared(insert(session))
_GOODS = Prepared(insert(session_good))
_CLOSE = Prepared(
    update(session)
    .where(
        session.c.epoch == bindparam("b_epoch"),
        session.c.seq == bindparam("b_seq"),
        session.c.state == "open",
    )
    .values(state="closed")
)
TABLES = (session, session_good)
KINDS: dict[str, Fold] = {"session": _session}
