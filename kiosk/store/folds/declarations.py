"""Declared deeds as the entries leave them: declared, passed or returned at the first review, listed."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import declaration


def _declare(conn: Connection, entry: Entry) -> None:
    body = entry.body
    row = {
        "epoch": entry.epoch,
        "seq": entry.seq,
        "household": body["hh"],
        "member": body.get("member", 0),
        "rule": body["rule"],
        "rv": body["rv"],
        "what": body["what"],
        "deed": body["deed"],
        "amount": body["amount"],
        "source": body["source"],
        "actor": entry.actor,
        "evidence": " ".join(body.get("ev", ())),
        "day": entry.day,
        "state": "declared",
        "reviewer": "",
        "reviewed": "",
        "why": "",
    }
    if _NEW.run(conn, row) != 1:
        raise OverdrawnError("declaration")


def _review(conn: Connection, entry: Entry) -> None:
    state = "passed" if entry.body["pass"] else "returned"
    values = {"b_state": state, "b_reviewer": entry.actor, "b_day": entry.day}
    for epoch, seq in entry.body["items"]:
        at = {"b_epoch": epoch, "b_seq": seq, "b_why": entry.body.get("why", "")}
        if _REVIEW.run(conn, {**values, **at}) != 1:
            raise OverdrawnError("declaration")


def take_back(conn: Connection, epoch: int, seq: int, why: str) -> None:
    """A listed declaration that the panel or an appeal turned down: returned, so it may be declared anew."""
    if _RETURN.run(conn, {"b_epoch": epoch, "b_seq": seq, "b_why": why}) != 1:
        raise OverdrawnError("declaration")


def list_one(conn: Connection, epoch: int, seq: int) -> None:
    """A passed declaration goes onto a sheet, once."""
    if _LIST.run(conn, {"b_epoch": epoch, "b_seq": seq}) != 1:
        raise OverdrawnError("declaration")


_THE_ONE = (declaration.c.epoch == bindparam("b_epoch"), declaration.c.seq == bindparam("b_seq"))
_NEW = Prepared(upsert(declaration).on_conflict_do_nothing())
_REVIEW = Prepared(
    update(declaration)
    .where(*_THE_ONE, declaration.c.state == "declared")
    .values(
        state=bindparam("b_state"),
        reviewer=bindparam("b_reviewer"),
        reviewed=bindparam("b_day"),
        why=bindparam("b_why"),
    )
)
_LIST = Prepared(update(declaration).where(*_THE_ONE, declaration.c.state == "passed").values(state="listed"))
_RETURN = Prepared(
    update(declaration)
    .where(*_THE_ONE, declaration.c.state == "listed")
    .values(state="returned", why=bindparam("b_why"))
)
TABLES = (declaration,)
KINDS: dict[str, Fold] = {"declare": _declare, "review": _review}
