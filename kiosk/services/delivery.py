"""Goods brought to the door (送货上门): which redemptions are on their way, and who received them when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import cards
from kiosk.ledger.entries import decode_own, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import basket, collectors, printing, staff
from kiosk.services.collectors import Collector
from kiosk.services.terminal import Terminal
from kiosk.services.views import BasketLine
from kiosk.store.prepared import Prepared
from kiosk.store.tables import delivery, household, journal, reversal

MOST_SHOWN = 200
_MINUTES = len("2026-11-23 14:05")


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A redemption whose goods are still to be brought. The name is whole."""

    entry: str
    slip: str
    household: str
    name: str
    day: str
    lines: tuple[BasketLine, ...]


def waiting(terminal: Terminal) -> tuple[Delivery, ...]:
    """What is still to be brought, oldest first; what was taken back is not."""
    with terminal.read() as conn:
        return tuple(_describe(conn, terminal, row) for row in _WAITING.all(conn))


def deliver(
    terminal: Terminal, epoch: int, seq: int, receiver: Collector | None, actor: str, when: str = ""
) -> str:
    """Record at the door that the goods of a redemption were handed over; returns the entry's id.

    `receiver` is who took them, None for the head of the household himself; `when` is "2026-11-23 14:05", by
    default now. Raises `Refused`: `not-for-delivery`, `delivered-already`, `already-reversed`,
    `time-unreadable`, `collector-name`, `collector-relation`, `role-may-not`.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "deliver")
        found = _ONE.first(writing.conn, {"b_epoch": epoch, "b_seq": seq})
        if found is None:
            raise Refused("not-for-delivery")
        if found.state != "open":
            raise Refused("delivered-already")
        if found.by is not None:
            raise Refused("already-reversed")
        at = when or printing.local_time(writing)[:_MINUTES]
        if not _is_time(at) or not found.day <= at[:10] <= writing.day:
            raise Refused("time-unreadable")
        taker = collectors.record(writing, found.household, receiver) if receiver else {"rel": "self"}
        body = {"redeemed": [epoch, seq], "hh": found.household, "when": at, "taker": taker}
        head = writing.append("deliver", body, actor)
    return entry_id(head.epoch, head.seq)


def _is_time(text: str) -> bool:
    try:
        return len(text) == _MINUTES and datetime.fromisoformat(text).isoformat(" ", "minutes") == text
    except ValueError:
        return False


def _describe(conn: Connection, terminal: Terminal, row: Any) -> Delivery:
    entry = decode_own(row.data)
    return Delivery(
        entry=entry_id(entry.epoch, entry.seq),
        slip=cards.slip_number(terminal.identity.terminal, entry.epoch, entry.body["slip"]),
        household=row.household,
        name=row.name or "",
        day=entry.day,
        lines=basket.priced(conn, entry.body["lines"]),
    )


_WITH_ENTRY = delivery.join(
    journal, (journal.c.epoch == delivery.c.epoch) & (journal.c.seq == delivery.c.seq)
).outerjoin(reversal, (reversal.c.epoch == delivery.c.epoch) & (reversal.c.seq == delivery.c.seq))
_ONE = Prepared(
    select(delivery.c.household, delivery.c.state, journal.c.day, reversal.c.by_seq.label("by"))
    .select_from(_WITH_ENTRY)
    .where(delivery.c.epoch == bindparam("b_epoch"), delivery.c.seq == bindparam("b_seq"))
)
_WAITING = Prepared(
    select(delivery.c.household, household.c.name, journal.c.data)
    .select_from(_WITH_ENTRY.outerjoin(household, household.c.id == delivery.c.household))
    .where(delivery.c.state == "open", reversal.c.seq.is_(None))
    .order_by(delivery.c.epoch, delivery.c.seq)
    .limit(MOST_SHOWN)
)
