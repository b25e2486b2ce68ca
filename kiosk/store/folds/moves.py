"""Moves between terminals as our entries leave them: each goes out once, comes in or back once for ever."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import move_in, move_out


def _out(conn: Connection, entry: Entry) -> None:
    body = entry.body
    amount = sum(tenths for _, tenths in body["from"]) + body.get("saved", 0) - body.get("owed", 0)
    _OUT.run(
        conn,
        {
            "epoch": entry.epoch,
            "seq": entry.seq,
            "household": body["hh"],
            "dest": body["to"],
            "amount": amount,
            "home": body.get("home", 0),
            "state": "settled" if "settles" in body else "away",
            "by_epoch": 0,
            "by_seq": 0,
        },
    )


def _in(conn: Connection, entry: Entry) -> None:
    terminal, epoch, seq = entry.body["move"]
    arrived = {
        "terminal": terminal,
        "epoch": epoch,
        "seq": seq,
        "household": entry.body["hh"],
        "state": "in" if entry.kind == "move-in" else "declined",
        "by_epoch": entry.epoch,
        "by_seq": entry.seq,
    }
    if _IN.run(conn, arrived) != 1:
        raise OverdrawnError("move")


def _back(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["out"]
    back = {"b_epoch": epoch, "b_seq": seq, "b_by_epoch": entry.epoch, "b_by_seq": entry.seq}
    if _BACK.run(conn, back) != 1:
        raise OverdrawnError("move")


_OUT = Prepared(insert(move_out))
_IN = Prepared(upsert(move_in).on_conflict_do_nothing())
_BACK = Prepared(
    update(move_out)
    .where(
        move_out.c.epoch == bindparam("b_epoch"),
        move_out.c.seq == bindparam("b_seq"),
        move_out.c.state == "away",
    )
    .values(state="back", by_epoch=bindparam("b_by_epoch"), by_seq=bindparam("b_by_seq"))
)
TABLES = (move_out, move_in)
KINDS: dict[str, Fold] = {"move-out": _out, "move-in": _in, "move-declined": _in, "move-back": _back}
