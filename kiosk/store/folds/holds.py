"""Reservations as the entries leave them: opened by `hold`, ended once by `collect` or `release`."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import hold


def _open(conn: Connection, entry: Entry) -> None:
    body = entry.body
    _NEW.run(
        conn,
        {
            "epoch": entry.epoch,
            "seq": entry.seq,
            "household": body["hh"],
            "session": body.get("session", ""),
            "queue": body.get("queue", 0),
            "amount": body["amount"],
            "until": body["until"],
            "state": "open",
            "by_epoch": 0,
            "by_seq": 0,
        },
    )


def _end(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["hold"]
    state = "collected" if entry.kind == "collect" else "released"
    ended = {
        "b_epoch": epoch,
        "b_seq": seq,
        "b_state": state,
        "b_by_epoch": entry.epoch,
        "b_by_seq": entry.seq,
    }
    if _END.run(conn, ended) != 1:
        raise OverdrawnError("hold")


_NEW = Prepared(insert(hold))
_END = Prepared(
    update(hold)
    .where(hold.c.epoch == bindparam("b_epoch"), hold.c.seq == bindparam("b_seq"), hold.c.state == "open")
    .values(state=bindparam("b_state"), by_epoch=bindparam("b_by_epoch"), by_seq=bindparam("b_by_seq"))
)
TABLES = (hold,)
KINDS: dict[str, Fold] = {"hold": _open, "collect": _end, "release": _end}
