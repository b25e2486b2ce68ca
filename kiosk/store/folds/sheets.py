"""The panel's sheets as the entries leave them: lines, scores, what they came to, and who signed."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, bindparam, insert, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError, declarations
from kiosk.store.prepared import Prepared
from kiosk.store.tables import declaration, score, sheet, sheet_line, sign_off

BY_PANEL = "panel"  # the reason of lines to which the panel gave nothing


def _sheet(conn: Connection, entry: Entry) -> None:
    _DO[entry.body["do"]](conn, entry)


def _make(conn: Connection, entry: Entry) -> None:
    body = entry.body
    row = {"epoch": entry.epoch, "seq": entry.seq, "month": body["month"], "number": body["number"]}
    row |= {"round": 1, "state": "open", "maker": entry.actor, "day": entry.day, "closed": "", "why": ""}
    _once(_NEW.run(conn, row))
    for line, (epoch, seq) in enumerate(body["items"], 1):
        declarations.list_one(conn, epoch, seq)
        at = {"b_of_epoch": epoch, "b_of_seq": seq, "b_line": line}
        _once(_LINE.run(conn, {"b_epoch": entry.epoch, "b_seq": entry.seq, **at}))


def _score(conn: Connection, entry: Entry) -> None:
    body, (epoch, seq) = entry.body, entry.body["sheet"]
    row = {"epoch": epoch, "seq": seq, "round": body["round"], "staff": entry.actor, "day": entry.day}
    row |= {"election": body["election"], "out": json.dumps(body["out"]), "off": json.dumps(body["off"])}
    _once(_SCORE.run(conn, {**row, "by_epoch": entry.epoch, "by_seq": entry.seq}))


def _drop(conn: Connection, entry: Entry) -> None:
    """Lines that can't be scored go back, for a reason."""
    for line, why in entry.body["items"]:
        _give_back(conn, entry.body["sheet"], line, why)


def _close(conn: Connection, entry: Entry) -> None:
    """The scores are counted: what differs from the declared amounts is named."""
    body, (epoch, seq) = entry.body, entry.body["sheet"]
    at = {"b_epoch": epoch, "b_seq": seq}
    _once(_CLOSE.run(conn, {**at, "b_round": body["round"], "b_day": entry.day}))
    for line, amount in body["changed"]:
        if amount:
            _once(_AMOUNT.run(conn, {**at, "b_line": line, "b_amount": amount}))
        else:
            _give_back(conn, body["sheet"], line, BY_PANEL)
    _AGREED.run(conn, at)


def _sign(conn: Connection, entry: Entry) -> None:
    body, (epoch, seq) = entry.body, entry.body["sheet"]
    row = {"epoch": epoch, "seq": seq, "round": body["round"], "body": body["by"], "staff": entry.actor}
    row |= {"day": entry.day, "passed": body["pass"], "why": body.get("why", "")}
    _once(_SIGN.run(conn, {**row, "by_epoch": entry.epoch, "by_seq": entry.seq}))
    if not body["pass"]:
        at = {"b_epoch": epoch, "b_seq": seq}
        _once(_REOPEN.run(conn, {**at, "b_round": body["round"], "b_why": body["why"]}))
        _ANEW.run(conn, at)


def _give_back(conn: Connection, of: Any, line: int, why: str) -> None:
    at = {"b_epoch": of[0], "b_seq": of[1], "b_line": line}
    found = _DECLARED.first(conn, at)
    if found is None:
        raise OverdrawnError("sheet")
    _once(_RETURN.run(conn, {**at, "b_why": why}))
    declarations.take_back(conn, found.of_epoch, found.of_seq, why)


def _once(count: int) -> None:
    if count != 1:
        raise OverdrawnError("sheet")


_THE_SHEET = (sheet.c.epoch == bindparam("b_epoch"), sheet.c.seq == bindparam("b_seq"))
_THE_LINES = (sheet_line.c.epoch == bindparam("b_epoch"), sheet_line.c.seq == bindparam("b_seq"))
_THE_LINE = (*_THE_LINES, sheet_line.c.line == bindparam("b_line"))
_COPIED = ("household", "member", "rule", "rv", "what", "deed")
_NEW = Prepared(upsert(sheet).on_conflict_do_nothing())
_LINE = Prepared(
    insert(sheet_line).from_select(
        [column.name for column in sheet_line.columns],
        select(
            bindparam("b_epoch"),
            bindparam("b_seq"),
            bindparam("b_line"),
            declaration.c.epoch,
            declaration.c.seq,
            *(declaration.c[name] for name in _COPIED),
            declaration.c.amount,
            declaration.c.amount,
            literal("listed"),
            literal(""),
        ).where(
            declaration.c.epoch == bindparam("b_of_epoch"),
            declaration.c.seq == bindparam("b_of_seq"),
        ),
    )
)
_SCORE = Prepared(upsert(score).on_conflict_do_nothing())
_SIGN = Prepared(upsert(sign_off).on_conflict_do_nothing())
_CLOSE = Prepared(
    update(sheet)
    .where(*_THE_SHEET, sheet.c.state == "open", sheet.c.round == bindparam("b_round"))
    .values(state="closed", closed=bindparam("b_day"), why="")
)
_REOPEN = Prepared(
    update(sheet)
    .where(*_THE_SHEET, sheet.c.state == "closed", sheet.c.round == bindparam("b_round"))
    .values(state="open", closed="", round=sheet.c.round + 1, why=bindparam("b_why"))
)
_AMOUNT = Prepared(
    update(sheet_line).where(*_THE_LINE, sheet_line.c.state == "listed").values(amount=bindparam("b_amount"))
)
_AGREED = Prepared(
    update(sheet_line).where(*_THE_LINES, sheet_line.c.state == "listed").values(state="agreed")
)
_ANEW = Prepared(
    update(sheet_line)
    .where(*_THE_LINES, sheet_line.c.state == "agreed")
    .values(state="listed", amount=sheet_line.c.declared)
)
_RETURN = Prepared(
    update(sheet_line)
    .where(*_THE_LINE, sheet_line.c.state == "listed")
    .values(state="returned", amount=0, why=bindparam("b_why"))
)
_DECLARED = Prepared(select(sheet_line.c.of_epoch, sheet_line.c.of_seq).where(*_THE_LINE))
_DO: dict[str, Fold] = {"make": _make, "score": _score, "drop": _drop, "close": _close}
TABLES = (sheet, sheet_line, score, sign_off)
KINDS: dict[str, Fold] = {"sheet": _sheet, "sign-off": _sign}
