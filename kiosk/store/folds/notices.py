"""Public notices as the entries leave them: their lines, and what became of each."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import notice, notice_line, sheet, sheet_line


def _publish(conn: Connection, entry: Entry) -> None:
    body, (sheet_epoch, sheet_seq) = entry.body, entry.body["sheet"]
    at = {"b_sheet_epoch": sheet_epoch, "b_sheet_seq": sheet_seq}
    row = {"epoch": entry.epoch, "seq": entry.seq, "sheet_epoch": sheet_epoch, "sheet_seq": sheet_seq}
    row |= {name: body[name] for name in ("number", "since", "until", "view")}
    if _PUBLISHED.run(conn, at) != 1 or _NEW.run(conn, {**row, "actor": entry.actor}) != 1:
        raise OverdrawnError("notice")
    _LINES.run(conn, {**at, "b_epoch": entry.epoch, "b_seq": entry.seq})


def _ended(conn: Connection, entry: Entry) -> None:
    """A line whose time is over became an entry here, or an award for another home."""
    if "notice" not in entry.body:
        return
    epoch, seq = entry.body["notice"]
    params = {"b_epoch": epoch, "b_seq": seq, "b_line": entry.body["line"]}
    params |= {"b_state": "awarded" if entry.kind == "award" else "posted"}
    if _END.run(conn, {**params, "b_by_epoch": entry.epoch, "b_by_seq": entry.seq}) != 1:
        raise OverdrawnError("notice")


_NEW = Prepared(upsert(notice).on_conflict_do_nothing())
_PUBLISHED = Prepared(
    update(sheet)
    .where(
        sheet.c.epoch == bindparam("b_sheet_epoch"),
        sheet.c.seq == bindparam("b_sheet_seq"),
        sheet.c.state == "closed",
    )
    .values(state="published")
)
_COPIED = ("line", "of_epoch", "of_seq", "household", "member", "rule", "rv", "what", "deed", "amount")
_LINES = Prepared(
    insert(notice_line).from_select(
        [column.name for column in notice_line.columns],
        select(
            bindparam("b_epoch"),
            bindparam("b_seq"),
            *(sheet_line.c[name] for name in _COPIED),
            literal("noticed"),
            literal(0),
            literal(0),
        ).where(
            sheet_line.c.epoch == bindparam("b_sheet_epoch"),
            sheet_line.c.seq == bindparam("b_sheet_seq"),
            sheet_line.c.state == "agreed",
        ),
    )
)
_END = Prepared(
    update(notice_line)
    .where(
        notice_line.c.epoch == bindparam("b_epoch"),
        notice_line.c.seq == bindparam("b_seq"),
        notice_line.c.line == bindparam("b_line"),
        notice_line.c.state == "noticed",
    )
    .values(state=bindparam("b_state"), by_epoch=bindparam("b_by_epoch"), by_seq=bindparam("b_by_seq"))
)
TABLES = (notice, notice_line)
KINDS: dict[str, Fold] = {"publish": _publish, "earn": _ended, "deduct": _ended, "award": _ended}
