"""Redemptions somebody asked to take back: open until the second person agrees or does not."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, update

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import reversal, void_case


def _ask(conn: Connection, entry: Entry) -> None:
    of_epoch, of_seq = entry.body["of"]
    _NEW.run(
        conn,
        {
            "epoch": entry.epoch,
            "seq": entry.seq,
            "household": entry.body["hh"],
            "of_epoch": of_epoch,
            "of_seq": of_seq,
            "state": "open",
            "by_epoch": 0,
            "by_seq": 0,
        },
    )


def _decide(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["ask"]
    state = "granted" if entry.kind == "void-grant" else "denied"
    ended = {
        "b_epoch": epoch,
        "b_seq": seq,
        "b_state": state,
        "b_by_epoch": entry.epoch,
        "b_by_seq": entry.seq,
    }
    if _DECIDE.run(conn, ended) != 1:
        raise OverdrawnError("void")
    if state == "denied":  # the redemption stands again
        _STANDS.run(conn, {"b_epoch": epoch, "b_seq": seq})


_NEW = Prepared(insert(void_case))
_DECIDE = Prepared(
    update(void_case)
    .where(
        void_case.c.epoch == bindparam("b_epoch"),
        void_case.c.seq == bindparam("b_seq"),
        void_case.c.state == "open",
    )
    .values(state=bindparam("b_state"), by_epoch=bindparam("b_by_epoch"), by_seq=bindparam("b_by_seq"))
)
_STANDS = Prepared(
    delete(reversal).where(
        reversal.c.by_epoch == bindparam("b_epoch"), reversal.c.by_seq == bindparam("b_seq")
    )
)
TABLES = (void_case,)
KINDS: dict[str, Fold] = {"void-ask": _ask, "void-grant": _decide, "void-deny": _decide}
