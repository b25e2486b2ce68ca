"""Orders for goods (点单): suggested from what people take, wish for and have; a draft, then sent.

The formula is in `kiosk.ledger.ordering`; an order's way behind that is in `orderway`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, bindparam, func, or_, select

from kiosk.ledger import ordering
from kiosk.ledger.entries import entry_id
from kiosk.ledger.ordering import Need, Weeks
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, shelf, staff, stockpapers
from kiosk.services.clock import day_after
from kiosk.services.stockpapers import Done
from kiosk.services.terminal import Terminal
from kiosk.services.views import ShelfItem
from kiosk.store.catalogue import FRESH
from kiosk.store.prepared import Prepared
from kiosk.store.tables import (
    goods_order,
    goods_order_line,
    journal,
    lot,
    lot_origin,
    shelf_place,
    state,
    stock_move,
    wish,
)

OPEN_DAYS = 42  # an order that has not come after this long is reckoned lost
TAKEN = ("redeem", "collect", "void", "void-ask", "void-deny", "return")  # less what came back


class Suggested(msgspec.Struct, frozen=True, kw_only=True):
    """One good of a suggested order, with what it was reckoned from; pieces."""

    sku: str
    name: str
    unit: str
    pieces: int
    redeemed: int
    wishes: int
    level: int
    on_hand: int
    near: int
    on_order: int


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """One order as it stands."""

    order: str  # the entry of its draft
    day: str
    sent: str  # the day it was sent, "" while it is a draft
    lines: tuple[tuple[str, int], ...]  # SKU, pieces
    state: str = "draft"  # sent, confirmed, ordered, came, returned
    moved: str = ""  # the day of the last step behind sending
    why: str = ""  # reason of a return


def suggest(terminal: Terminal) -> tuple[Suggested, ...]:
    """Every good of the catalogue of which some should be ordered, most pieces first."""
    settings = terminal.settings.stock
    weeks = Weeks(settings.order_weeks_back, settings.order_weeks_cover, settings.near_days // 7)
    with terminal.read() as conn:
        day = str(_DAY.scalar(conn) or "")
        if not day:
            return ()
        since = day_after(day, -7 * weeks.back)
        known = _Known(conn, day, since, terminal)
        found = [known.suggested(item, weeks) for item in shelf.items(conn)]
    return tuple(sorted((one for one in found if one.pieces), key=lambda one: (-one.pieces, one.sku)))


def draft(terminal: Terminal, lines: Sequence[tuple[str, int]], actor: str) -> Order:
    """Write an order down, to be sent later.

    Raises `Refused`: `stock-empty`, `stock-too-many-lines`, `absurd-quantity`, `unknown-goods`,
    `role-may-not`.
    """
    wanted = dict(lines)
    stockpapers.check_count(len(wanted))
    for pieces in wanted.values():
        stockpapers.check_pieces(pieces)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "order")
        for sku in wanted:
            shelf.item(writing.conn, sku)
        body = {"lines": [[sku, pieces] for sku, pieces in wanted.items()]}
        head = writing.append("goods-order", body, actor)
    entry = entry_id(head.epoch, head.seq)
    return Order(order=entry, day=writing.day, sent="", lines=tuple(wanted.items()))


def send(terminal: Terminal, epoch: int, seq: int, actor: str) -> Done:
    """Send a draft to the township, once; prints the order.

    Raises `Refused`: `order-no-draft`, `unknown-goods`, `role-may-not`.
    """
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "order")
        found = _ORDER.first(conn, {"b_epoch": epoch, "b_seq": seq})
        if found is None or found.state != "draft":
            raise Refused("order-no-draft")
        lots = [[row.sku, "", row.pieces] for row in _LINES.all(conn, {"b_epoch": epoch, "b_seq": seq})]
        number = printing.next_number(writing)
        head = writing.append("goods-order", {"draft": [epoch, seq], "slip": number}, actor)
        return stockpapers.done(
            *(writing, head, number, lots, actor, "stock.title.order"),
            signs=("stock.sign.manager", "stock.sign.township"),
        )


def orders(terminal: Terminal) -> tuple[Order, ...]:
    """All orders, the newest first."""
    with terminal.read() as conn:
        lines: dict[tuple[int, int], list[tuple[str, int]]] = {}
        for row in _ALL_LINES.all(conn):
            lines.setdefault((row.epoch, row.seq), []).append((row.sku, row.pieces))
        return tuple(
            Order(
                order=entry_id(row.epoch, row.seq),
                day=row.day,
                sent=row.sent,
                lines=tuple(lines.get((row.epoch, row.seq), ())),
                state=row.state,
                moved=row.moved,
                why=row.why,
            )
            for row in _ALL.all(conn)
        )


class _Known:
    """What the books say of all goods at once."""

    def __init__(self, conn: Connection, day: str, since: str, terminal: Terminal) -> None:
        settings = terminal.settings.stock
        self._low = settings.low_pieces
        self._levels = {row.sku: row.level for row in _LEVELS.all(conn)}
        self._taken = _pieces(_TAKEN.all(conn, {"b_since": since}))
        self._wishes = _pieces(_WISHES.all(conn, {"b_month": since[:7]}))
        near = day_after(day, settings.near_days)
        self._near = _pieces(_NEAR.all(conn, {"b_near": near}))
        self._on_order = _on_order(conn, day_after(day, -OPEN_DAYS))

    def suggested(self, item: ShelfItem, weeks: Weeks) -> Suggested:
        sku = item.sku
        level = self._levels.get(sku, -1)
        need = Need(
            redeemed=max(0, -self._taken.get(sku, 0)),
            wishes=self._wishes.get(sku, 0),
            level=self._low if level < 0 else level,
            on_hand=item.on_hand,
            near=self._near.get(sku, 0),
            on_order=self._on_order.get(sku, 0),
        )
        about: Mapping[str, Any] = {"sku": sku, "name": item.name, "unit": item.unit}
        return Suggested(**about, pieces=ordering.to_order(need, weeks), **need._asdict())


def _on_order(conn: Connection, since: str) -> dict[str, int]:
    """Pieces sent for since a day, less what of the good has come since its first of these orders."""
    wanted: dict[str, int] = {}
    first: dict[str, tuple[int, int]] = {}
    for row in _SENT_FOR.all(conn, {"b_since": since}):
        wanted[row.sku] = wanted.get(row.sku, 0) + row.pieces
        first.setdefault(row.sku, (row.by_epoch, row.by_seq))
    for row in _CAME.all(conn, {"b_since": since}):
        if row.sku in wanted and (row.epoch, row.seq) > first[row.sku]:
            wanted[row.sku] -= row.pieces
    return {sku: max(0, pieces) for sku, pieces in wanted.items()}


def _pieces(rows: Sequence[Any]) -> dict[str, int]:
    return {row.sku: row.pieces for row in rows}


_DAY = Prepared(select(state.c.value).where(state.c.name == "day"))
_LEVELS = Prepared(select(shelf_place.c.sku, shelf_place.c.level))
_TAKEN = Prepared(  # shelf and set aside together: a reservation moves nothing until it is collected
    select(stock_move.c.sku, func.sum(stock_move.c.pieces).label("pieces"))
    .select_from(
        stock_move.join(
            journal, (journal.c.epoch == stock_move.c.epoch) & (journal.c.seq == stock_move.c.seq)
        )
    )
    .where(or_(*(journal.c.kind == kind for kind in TAKEN)), journal.c.day >= bindparam("b_since"))
    .group_by(stock_move.c.sku)
)
_WISHES = Prepared(
    select(wish.c.about.label("sku"), func.count(wish.c.household.distinct()).label("pieces"))
    .where(wish.c.month >= bindparam("b_month"), wish.c.wanted == 1)
    .group_by(wish.c.about)
)
_NEAR = Prepared(
    select(lot.c.sku, func.sum(lot.c.pieces).label("pieces"))
    .where(lot.c.best_before != "", lot.c.best_before <= bindparam("b_near"), FRESH)
    .group_by(lot.c.sku)
)
_SENT_FOR = Prepared(
    select(goods_order_line.c.sku, goods_order_line.c.pieces, goods_order.c.by_epoch, goods_order.c.by_seq)
    .select_from(
        goods_order_line.join(
            goods_order,
            (goods_order.c.epoch == goods_order_line.c.epoch) & (goods_order.c.seq == goods_order_line.c.seq),
        )
    )
    .where(
        or_(*(goods_order.c.state == one for one in ordering.ON_ITS_WAY)),
        goods_order.c.sent >= bindparam("b_since"),
    )
    .order_by(goods_order.c.by_epoch, goods_order.c.by_seq)
)
_CAME = Prepared(
    select(lot_origin.c.sku, lot_origin.c.epoch, lot_origin.c.seq, lot_origin.c.pieces).where(
        lot_origin.c.day >= bindparam("b_since")
    )
)
_ORDER = Prepared(
    select(goods_order).where(
        goods_order.c.epoch == bindparam("b_epoch"), goods_order.c.seq == bindparam("b_seq")
    )
)
_LINES = Prepared(
    select(goods_order_line).where(
        goods_order_line.c.epoch == bindparam("b_epoch"), goods_order_line.c.seq == bindparam("b_seq")
    )
)
_ALL = Prepared(select(goods_order).order_by(goods_order.c.epoch.desc(), goods_order.c.seq.desc()))
_ALL_LINES = Prepared(select(goods_order_line))
