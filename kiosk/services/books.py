"""The day at a glance and the state of the line; the books themselves are the journal's fold."""

from __future__ import annotations

from sqlalchemy import bindparam, func, select

from kiosk.ledger.entries import decode_own
from kiosk.ledger.redemption import charged
from kiosk.services.terminal import Terminal
from kiosk.services.views import LineState, Today
from kiosk.store import cursors
from kiosk.store import journal as journals
from kiosk.store.catalogue import FRESH, GOODS_NOW
from kiosk.store.tables import goods, household, journal, lot, pot, reversal, shelf_place, state

LAST_EXCHANGE = "last-exchange-ms"
ONLINE = "online"


def today(terminal: Terminal) -> Today:
    """The manager's first page, as of the current business day."""
    with terminal.read() as conn:
        day = conn.execute(_DAY).scalar() or ""
        bodies = [decode_own(row.data).body for row in conn.execute(_REDEEMED, {"b_day": day})]
        line = _line(terminal)
        low = terminal.settings.stock.low_pieces
        return Today(
            day=day,
            redemptions=len(bodies),
            points_tenths=sum(charged(body) for body in bodies),
            pieces=sum(row[1] for body in bodies for row in body["lines"]),
            shelf_tenths=conn.execute(_SHELF_WORTH).scalar() or 0,
            outstanding_tenths=conn.execute(_OUTSTANDING, {"b_home": terminal.identity.terminal}).scalar()
            or 0,
            low_stock=tuple(row.name for row in conn.execute(_LOW, {"b_low": low})),
            waiting=line.waiting,
            last_exchange_at_ms=line.last_exchange_at_ms,
        )


def line_state(terminal: Terminal) -> LineState:
    """How the line to the county stood after the last exchange, and what waits."""
    return _line(terminal)


def _line(terminal: Terminal) -> LineState:
    with terminal.read() as conn:
        head = journals.head(conn)
        acknowledged = cursors.get(conn, cursors.acknowledged(head.epoch)) if head else 0
        return LineState(
            online=bool(cursors.get(conn, ONLINE)),
            waiting=head.seq - acknowledged if head else 0,
            last_exchange_at_ms=cursors.get(conn, LAST_EXCHANGE),
        )


_DAY = select(state.c.value).where(state.c.name == "day")
_REDEEMED = (
    select(journal.c.data)
    .select_from(
        journal.outerjoin(reversal, (reversal.c.epoch == journal.c.epoch) & (reversal.c.seq == journal.c.seq))
    )
    .where(
        journal.c.kind.in_(("redeem", "collect")),
        journal.c.day == bindparam("b_day"),
        reversal.c.seq.is_(None),
    )
)
_SHELF_WORTH = select(func.sum(lot.c.pieces * goods.c.price)).select_from(
    lot.join(goods, (goods.c.sku == lot.c.sku) & GOODS_NOW & FRESH)
)
_OUTSTANDING = (
    select(func.sum(pot.c.available))
    .select_from(pot.join(household, household.c.id == pot.c.household))
    .where(household.c.home == bindparam("b_home"))
)
_PIECES = func.coalesce(func.sum(lot.c.pieces), 0)
_LOW = (
    select(goods.c.name)
    .select_from(
        goods.outerjoin(lot, (lot.c.sku == goods.c.sku) & FRESH).outerjoin(
            shelf_place, shelf_place.c.sku == goods.c.sku
        )
    )
    .where(GOODS_NOW)
    .group_by(goods.c.sku)
    .having(func.coalesce(func.nullif(func.max(shelf_place.c.level), -1), bindparam("b_low")) >= _PIECES)
    .order_by(_PIECES, goods.c.sku)
)
