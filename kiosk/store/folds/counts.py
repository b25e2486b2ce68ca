"""Stock-takes as the entries leave them: one open sheet, what was counted on it, closed once."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import count_line, count_sheet


def _open(conn: Connection, entry: Entry) -> None:
    key = {"epoch": entry.epoch, "seq": entry.seq}
    if _NEW.run(conn, {**key, "day": entry.day, "state": "open", "by_epoch": 0, "by_seq": 0}) != 1:
        raise OverdrawnError("sheet")
    _LINES.many(
        conn, [{**key, "sku": sku, "rounds": 0, "counted": 0, "book": 0} for sku in entry.body["skus"]]
    )


def _write(conn: Connection, entry: Entry) -> None:
    epoch, seq = entry.body["sheet"]
    for sku, counted, book in entry.body["lines"]:
        row = {"b_epoch": epoch, "b_seq": seq, "b_sku": sku, "b_counted": counted, "b_book": book}
        if _COUNTED.run(conn, row) != 1:
            raise OverdrawnError("count")


def _close(conn: Connection, entry: Entry) -> None:
    if "sheet" not in entry.body:  # a count of its own, without a sheet
        return
    epoch, seq = entry.body["sheet"]
    state = "dropped" if entry.kind == "count-drop" else "approved"
    by = {"b_by_epoch": entry.epoch, "b_by_seq": entry.seq, "b_state": state}
    if _CLOSE.run(conn, {"b_epoch": epoch, "b_seq": seq, **by}) != 1:
        raise OverdrawnError("sheet")


_NEW = Prepared(upsert(count_sheet).on_conflict_do_nothing())
_LINES = Prepared(insert(count_line))
_COUNTED = Prepared(
    update(count_line)
    .where(
        count_line.c.epoch == bindparam("b_epoch"),
        count_line.c.seq == bindparam("b_seq"),
        count_line.c.sku == bindparam("b_sku"),
    )
    .values(rounds=count_line.c.rounds + 1, counted=bindparam("b_counted"), book=bindparam("b_book"))
)
_CLOSE = Prepared(
    update(count_sheet)
    .where(
        count_sheet.c.epoch == bindparam("b_epoch"),
        count_sheet.c.seq == bindparam("b_seq"),
        count_sheet.c.state == "open",
    )
    .values(state=bindparam("b_state"), by_epoch=bindparam("b_by_epoch"), by_seq=bindparam("b_by_seq"))
)
TABLES = (count_sheet, count_line)
KINDS: dict[str, Fold] = {
    "count-open": _open,
    "count-write": _write,
    "count-drop": _close,
    "stock-count": _close,
}
