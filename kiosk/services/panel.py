"""The roster of the panel (评议组): who scores, for how long, and for whom they stand back."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.ledger.panel import Member, in_term, is_recused
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.terminal import Terminal
from kiosk.store.prepared import Prepared
from kiosk.store.tables import panel


def roster(terminal: Terminal) -> tuple[Member, ...]:
    """Everybody on it, those whose term is over among them."""
    with terminal.read() as conn:
        return tuple(_member(row) for row in _ALL.all(conn))


def require(conn: Connection, staff_id: str, day: str) -> Member:
    """The member, who may score on `day`. Raises `Refused`: `panel-unknown`, `panel-term` (until=), and
    what `staff.require` raises."""
    staff.require(conn, staff_id, "score")
    found = _ONE.first(conn, {"b_staff": staff_id})
    if found is None:
        raise Refused("panel-unknown")
    member = _member(found)
    if not in_term(member, day):
        raise Refused("panel-term", since=member.since, until=member.until)
    return member


def stands_back(conn: Connection, staff_id: str, household: str) -> bool:
    """Whether what the roster declares of this person, in term or not, names the household."""
    found = declared(conn, staff_id)
    return found is not None and is_recused(found, household)


def declared(conn: Connection, staff_id: str) -> Member | None:
    """What the roster declares of this person, in term or not; None for who isn't on it."""
    found = _ONE.first(conn, {"b_staff": staff_id})
    return None if found is None else _member(found)


def _member(row: Any) -> Member:
    return Member(row.staff, row.since, row.until, row.election, row.household, tuple(row.kin.split()))


_ALL = Prepared(select(panel).order_by(panel.c.staff))
_ONE = Prepared(select(panel).where(panel.c.staff == bindparam("b_staff")))
