"""Collective days (集中兑换): their own goods, prices, quotas and places; who reserved is in `reserve`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, select

from kiosk.ledger.entries import entry_id
from kiosk.ledger.redemption import MOST_LINES
from kiosk.ledger.refusals import Refused
from kiosk.services import shelf, staff
from kiosk.services.clock import is_day
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import journal
from kiosk.store.prepared import Prepared
from kiosk.store.tables import hold, session, session_good, stock_move

MOST_PLACES = 5_000
MOST_QUOTA = 100_000
MOST_PRICE_TENTHS = 100_000
MOST_SESSIONS = 100  # shown at once


class SessionGood(msgspec.Struct, frozen=True, kw_only=True):
    """One good of a collective day."""

    sku: str
    price_tenths: int
    quota: int = 0  # pieces for all together, 0: as many as there are
    most: int = 0  # pieces for one household, 0: no limit


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A collective day and how much of it is taken."""

    entry: str
    day: str
    opens: str  # first and last business day to reserve
    closes: str
    places: int
    taken: int  # places
    last_queue: int  # the last queue number given
    state: str  # open, closed
    goods: tuple[SessionGood, ...]
    reserved: dict[str, int]  # pieces by SKU
    may_reserve: bool = False  # said by `upcoming` alone: on the business day there are places to reserve


def open_new(
    terminal: Terminal,
    day: str,
    opens: str,
    closes: str,
    places: int,
    goods: Iterable[SessionGood],
    actor: str,
) -> Session:
    """Announce a collective day; reservations run from `opens` through `closes`.

    Raises `Refused`: `day-unreadable`, `session-days` (not in order, or past), `session-goods` (none, twice,
    or a figure out of bounds), `unknown-goods`, `role-may-not`.
    """
    if not all(map(is_day, (day, opens, closes))):
        raise Refused("day-unreadable")
    wanted = sorted(goods, key=lambda one: one.sku)
    if not _sensible(places, wanted):
        raise Refused("session-goods")
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "session")
        if not (opens <= closes <= day and writing.day <= day):
            raise Refused("session-days")
        for one in wanted:
            shelf.item(writing.conn, one.sku)
        body = {
            "day": day,
            "opens": opens,
            "closes": closes,
            "places": places,
            "goods": [[one.sku, one.price_tenths, one.quota, one.most] for one in wanted],
        }
        head = writing.append("session", body, actor)
        return get(writing.conn, head.epoch, head.seq)


def close(terminal: Terminal, epoch: int, seq: int, actor: str) -> str:
    """No more reservations for a collective day; those made stay. Returns the entry's id.

    Raises `Refused`: `unknown-session`, `session-closed`, `role-may-not`.
    """
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "session")
        if get(writing.conn, epoch, seq).state != "open":
            raise Refused("session-closed")
        head = writing.append("session", {"close": [epoch, seq]}, actor)
    return entry_id(head.epoch, head.seq)


def sessions(terminal: Terminal) -> tuple[Session, ...]:
    """All collective days, the latest first."""
    with terminal.read() as conn:
        return tuple(_describe(conn, row) for row in _ALL.all(conn))


def upcoming(terminal: Terminal) -> tuple[Session, ...]:
    """The collective days that are still to come and not closed, the next first, with `may_reserve`."""
    with terminal.read() as conn:
        head = journal.head(conn)
        day = head.day if head else ""
        found = [_describe(conn, row) for row in _ALL.all(conn)]
    to_come = sorted(
        (one for one in found if one.state == "open" and one.day >= day), key=lambda one: one.day
    )
    return tuple(
        msgspec.structs.replace(one, may_reserve=one.opens <= day <= one.closes and one.taken < one.places)
        for one in to_come
    )


def get(conn: Connection, epoch: int, seq: int) -> Session:
    """One collective day. Raises `Refused("unknown-session")`."""
    row = _ONE.first(conn, {"b_epoch": epoch, "b_seq": seq})
    if row is None:
        raise Refused("unknown-session")
    return _describe(conn, row)


def require_open(writing: Writing, found: Session, *, walk_in: bool) -> None:
    """Raises `Refused` when nobody may take a place now: `session-closed`, `session-full`, and
    `session-not-open` (first=, last=) outside the days to reserve, or outside its day for a `walk_in`."""
    if found.state != "open":
        raise Refused("session-closed")
    first, last = (found.day, found.day) if walk_in else (found.opens, found.closes)
    if not first <= writing.day <= last:
        raise Refused("session-not-open", first=first, last=last)
    if found.taken >= found.places:
        raise Refused("session-full")


def _sensible(places: int, goods: list[SessionGood]) -> bool:
    return (
        0 < places <= MOST_PLACES
        and 0 < len(goods) <= MOST_LINES
        and len({one.sku for one in goods}) == len(goods)
        and all(
            0 <= one.price_tenths <= MOST_PRICE_TENTHS
            and 0 <= one.quota <= MOST_QUOTA
            and 0 <= one.most <= MOST_QUOTA
            for one in goods
        )
    )


def _describe(conn: Connection, row: Any) -> Session:
    here = {"b_epoch": row.epoch, "b_seq": row.seq}
    name = entry_id(row.epoch, row.seq)
    counted = _COUNTED.first(conn, {"b_session": name})
    return Session(
        entry=name,
        day=row.day,
        opens=row.opens,
        closes=row.closes,
        places=row.places,
        taken=counted.taken or 0,
        last_queue=counted.last_queue or 0,
        state=row.state,
        goods=tuple(
            SessionGood(sku=one.sku, price_tenths=one.price, quota=one.quota, most=one.most)
            for one in _GOODS.all(conn, here)
        ),
        reserved={one.sku: one.pieces for one in _RESERVED.all(conn, {"b_session": name})},
    )


_ALL = Prepared(
    select(session)
    .order_by(session.c.day.desc(), session.c.epoch.desc(), session.c.seq.desc())
    .limit(MOST_SESSIONS)
)
_ONE = Prepared(
    select(session).where(session.c.epoch == bindparam("b_epoch"), session.c.seq == bindparam("b_seq"))
)
_GOODS = Prepared(
    select(session_good)
    .where(session_good.c.epoch == bindparam("b_epoch"), session_good.c.seq == bindparam("b_seq"))
    .order_by(session_good.c.sku)
)
_COUNTED = Prepared(
    select(
        func.sum(hold.c.state != "released").label("taken"), func.max(hold.c.queue).label("last_queue")
    ).where(hold.c.session == bindparam("b_session"))
)
_RESERVED = Prepared(
    select(stock_move.c.sku, func.sum(stock_move.c.pieces).label("pieces"))
    .select_from(
        hold.join(stock_move, (stock_move.c.epoch == hold.c.epoch) & (stock_move.c.seq == hold.c.seq))
    )
    .where(hold.c.session == bindparam("b_session"), hold.c.state != "released", stock_move.c.place == "held")
    .group_by(stock_move.c.sku)
)
