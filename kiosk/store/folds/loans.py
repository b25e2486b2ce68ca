"""Loans as the entries leave them: at most one open a household; whatever is repaid repays it first.

A change of home takes an open loan along with its terms; it is closed here and opened there.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger import measures
from kiosk.ledger.entries import Entry
from kiosk.store.folds import Fold, OverdrawnError
from kiosk.store.prepared import Prepared
from kiosk.store.tables import loan, pot


def _loan(conn: Connection, entry: Entry) -> None:
    body = entry.body
    if not (entry.kind in ("borrow", "repay") or body.get("repaid")):
        return
    if entry.kind == "borrow":
        new = {"epoch": entry.epoch, "seq": entry.seq, "household": body["hh"], "amount": body["amount"]}
        new |= {"remaining": body["amount"], "day": entry.day, "due": body["due"], "closed": ""}
        if _NEW_LOAN.run(conn, new) != 1:
            raise OverdrawnError("loan")
        return
    found = _OPEN_LOAN.first(conn, {"b_household": body["hh"]})
    if found is None:
        return
    left = measures.loan_left(found.remaining, found.owed, entry.kind, body)
    changed = {"b_remaining": left, "b_closed": "" if left else entry.day}
    _LOAN.run(conn, {"b_epoch": found.epoch, "b_seq": found.seq, **changed})


def _leave(conn: Connection, entry: Entry) -> None:
    if "loan" not in entry.body:
        return
    found = _OPEN_LOAN.first(conn, {"b_household": entry.body["hh"]})
    if found is None:
        raise OverdrawnError("loan")
    _LOAN.run(conn, {"b_epoch": found.epoch, "b_seq": found.seq, "b_remaining": 0, "b_closed": entry.day})


def _arrive(conn: Connection, entry: Entry) -> None:
    """A household that has borrowed here meanwhile has one loan afterwards: of both, due with the later."""
    if "loan" not in entry.body:
        return
    amount, left, day, due = entry.body["loan"]
    new = {"epoch": entry.epoch, "seq": entry.seq, "household": entry.body["hh"], "amount": amount}
    if _NEW_LOAN.run(conn, new | {"remaining": left, "day": day, "due": due, "closed": ""}) == 1:
        return
    joined = {"b_household": entry.body["hh"], "b_amount": amount, "b_left": left, "b_due": due}
    if _JOIN.run(conn, joined) != 1:
        raise OverdrawnError("loan")


_NEW_LOAN = Prepared(upsert(loan).on_conflict_do_nothing())
_OPEN_LOAN = Prepared(
    select(loan.c.epoch, loan.c.seq, loan.c.remaining, pot.c.owed)
    .select_from(loan.join(pot, pot.c.household == loan.c.household))
    .where(loan.c.household == bindparam("b_household"), loan.c.remaining > 0)
)
_LOAN = Prepared(
    update(loan)
    .where(loan.c.epoch == bindparam("b_epoch"), loan.c.seq == bindparam("b_seq"))
    .values(remaining=bindparam("b_remaining"), closed=bindparam("b_closed"))
)
_JOIN = Prepared(
    update(loan)
    .where(loan.c.household == bindparam("b_household"), loan.c.remaining > 0)
    .values(
        amount=loan.c.amount + bindparam("b_amount"),
        remaining=loan.c.remaining + bindparam("b_left"),
        due=func.max(loan.c.due, bindparam("b_due")),
    )
)
KINDS: dict[str, Fold] = {"borrow": _loan, "repay": _loan, "earn": _loan, "reverse": _loan}
KINDS |= {"move-out": _leave, "move-in": _arrive, "move-back": _arrive}
