"""Objections and appeals as the entries leave them: open until two people have decided, once for ever."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError, declarations
from kiosk.store.prepared import Prepared
from kiosk.store.tables import appeal_case, notice_line

BY_APPEAL = "appeal"  # the reason of a declaration whose line an objection took off the notice


def _case(conn: Connection, entry: Entry) -> None:
    body = entry.body
    epoch, seq, line = body["line"] if entry.kind == "object" else (*body["entry"], 0)
    row = {
        "epoch": entry.epoch,
        "seq": entry.seq,
        "number": body["number"],
        "kind": entry.kind,
        "of_epoch": epoch,
        "of_seq": seq,
        "of_line": line,
        "household": body["hh"],
        "actor": entry.actor,
        "why": body["why"],
        "note": body.get("note", ""),
        "day": entry.day,
        "due": body["due"],
        "outcome": "",
        "fix_epoch": 0,
        "fix_seq": 0,
        "by_epoch": 0,
        "by_seq": 0,
    }
    _once(_NEW.run(conn, row))
    if entry.kind == "object":
        at = {"b_epoch": epoch, "b_seq": seq, "b_line": line}
        _once(_LINE.run(conn, {**at, "b_was": "noticed", "b_state": "objected"}))


def _decide(conn: Connection, entry: Entry) -> None:
    body, (epoch, seq) = entry.body, entry.body["case"]
    fix_epoch, fix_seq = body.get("fix", (0, 0))
    values = {"b_outcome": body["outcome"], "b_by_epoch": entry.epoch, "b_by_seq": entry.seq}
    fixed = {"b_fix_epoch": fix_epoch, "b_fix_seq": fix_seq}
    _once(_DECIDE.run(conn, {"b_epoch": epoch, "b_seq": seq, **values, **fixed}))
    case = _CASE.first(conn, {"b_epoch": epoch, "b_seq": seq})
    if case.kind != "object":
        return
    at = {"b_epoch": case.of_epoch, "b_seq": case.of_seq, "b_line": case.of_line}
    state = "dropped" if body["outcome"] == "all" else "noticed"
    _once(_LINE.run(conn, {**at, "b_was": "objected", "b_state": state}))
    if body["outcome"] in ("less", "more"):
        _once(_AMOUNT.run(conn, {**at, "b_amount": body["amount"]}))
    elif body["outcome"] == "all":
        declared = _DECLARED.first(conn, at)
        declarations.take_back(conn, declared.of_epoch, declared.of_seq, BY_APPEAL)


def _once(count: int) -> None:
    if count != 1:
        raise OverdrawnError("appeal")


_THE_CASE = (appeal_case.c.epoch == bindparam("b_epoch"), appeal_case.c.seq == bindparam("b_seq"))
_THE_LINE = (
    notice_line.c.epoch == bindparam("b_epoch"),
    notice_line.c.seq == bindparam("b_seq"),
    notice_line.c.line == bindparam("b_line"),
)
_NEW = Prepared(upsert(appeal_case).on_conflict_do_nothing())
_DECIDE = Prepared(
    update(appeal_case)
    .where(*_THE_CASE, appeal_case.c.outcome == "")
    .values(
        outcome=bindparam("b_outcome"),
        by_epoch=bindparam("b_by_epoch"),
        by_seq=bindparam("b_by_seq"),
        fix_epoch=bindparam("b_fix_epoch"),
        fix_seq=bindparam("b_fix_seq"),
    )
)
_CASE = Prepared(
    select(appeal_case.c.kind, appeal_case.c.of_epoch, appeal_case.c.of_seq, appeal_case.c.of_line).where(
        *_THE_CASE
    )
)
_LINE = Prepared(
    update(notice_line)
    .where(*_THE_LINE, notice_line.c.state == bindparam("b_was"))
    .values(state=bindparam("b_state"))
)
_AMOUNT = Prepared(update(notice_line).where(*_THE_LINE).values(amount=bindparam("b_amount")))
_DECLARED = Prepared(select(notice_line.c.of_epoch, notice_line.c.of_seq).where(*_THE_LINE))
TABLES = (appeal_case,)
KINDS: dict[str, Fold] = {"object": _case, "appeal": _case, "decide": _decide}
