"""Taking in what the county sends down: reference data at once, orders as open until they are carried out."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import asdict
from sqlalchemy import Connection, bindparam, delete, literal_column, select
from sqlalchemy.dialects.sqlite import insert as upsert

from kiosk.ledger import limits
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, erase, moveorders, orderway, signing
from kiosk.services.clock import day_after
from kiosk.services.feedrows import (
    CardRow,
    CentreRow,
    GoodsRow,
    HouseholdRow,
    KeyRow,
    MeasureRow,
    MemberRow,
    OrderRow,
    PanelRow,
    RuleRow,
    StaffRow,
)
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import cursors
from kiosk.store.folds import cards
from kiosk.store.tables import (
    FEED_TABLES,
    centre,
    feed_row,
    goods,
    household,
    identity,
    issuer,
    measure,
    member,
    order_done,
    order_open,
    panel,
    rule,
    staff,
    state,
)

ORDERS_A_SLICE = 50  # so that a redemption never waits long behind the county's orders

Body = Mapping[str, Any]


class Arrival(NamedTuple):
    """Where and when a feed row came, and its body as it came."""

    pos: int
    day: str
    body: Body


def position(conn: Connection, scope: str) -> int:
    """The last position of `scope` that is stored here."""
    return cursors.get(conn, f"feed:{scope}")


def stored(conn: Connection, scope: str, pos: int) -> bytes | None:
    """The row at `pos` of `scope` as it came, None when there is none."""
    return _stored_between(conn, scope, pos, pos).get(pos)


def begin_anew(terminal: Terminal, scope: str) -> None:
    """Take `scope` from its first row again: the county's rows are others since it was put back from a
    backup. What is here stays until other rows come in its place."""
    with terminal.db.write() as conn:
        cursors.put(conn, f"feed:{scope}", 0)


def store_page(terminal: Terminal, scope: str, first_pos: int, rows: Sequence[bytes]) -> int:
    """Store the rows and what they say, with the cursor, in one transaction; returns the new position.

    Rows stored before are passed over, also when the scope is taken anew: so nothing steps back to what an
    early row said, like a card that was lost later. Raises `Refused("feed-gap")` when rows are missing in
    between and `Refused("feed-unreadable")` when a row has not its kind's form; nothing is changed then. The
    caller has checked the county's signature.
    """
    with terminal.db.write() as conn:
        have = position(conn, scope)
        if first_pos > have + 1:
            raise Refused("feed-gap", scope=scope, have=have)
        fresh = rows[have + 1 - first_pos :]
        day = conn.execute(_DAY).scalar() or ""
        known = _stored_between(conn, scope, have + 1, have + len(fresh))
        for pos, data in enumerate(fresh, have + 1):
            if known.get(pos) == data:
                continue
            conn.execute(_ROW, {"scope": scope, "pos": pos, "data": data, "day": day})
            take_in(conn, pos, data, day)
            if b'"erased":1' in data:
                _forget(conn, data, day)
        cursors.put(conn, f"feed:{scope}", have + len(fresh))
        return have + len(fresh)


def _forget(conn: Connection, data: bytes, day: str) -> None:
    """A household of which the county erased everything: what was told of its people before goes here too."""
    _pos, kind, body, *_tail = json.loads(data)
    if kind == "household" and body.get("erased") == 1:
        erase.forget(conn, body["hh"], day)


def take_in(conn: Connection, pos: int, data: bytes, day: str) -> None:
    """Bring the reference tables up to one stored row that came on business `day`.

    Unknown kinds wait for a program that knows them.
    """
    try:
        row_pos, kind, body, *_tail = json.loads(data)
        if row_pos != pos or not isinstance(kind, str):
            raise ValueError("position or kind")
        if kind in _KINDS:
            form, handler = _KINDS[kind]
            handler(conn, Arrival(pos, day, body), msgspec.convert(body, form))
    except (ValueError, TypeError, RecursionError) as error:
        raise Refused("feed-unreadable", pos=pos, reason=type(error).__name__) from None


def rebuild(conn: Connection) -> None:
    """Empty the reference tables and take in every stored row again as they came, orders done excepted."""
    for table in FEED_TABLES:
        conn.execute(table.delete())
    for row in conn.execute(select(feed_row).order_by(literal_column("rowid"))).all():
        take_in(conn, row.pos, row.data, row.day)
    cards.again(conn)
    close_done(conn)


def close_done(conn: Connection) -> None:
    """No order is open that an entry of the journal has carried out or refused."""
    conn.execute(delete(order_open).where(order_open.c.id.in_(select(order_done.c.id))))


def carry_out(terminal: Terminal, most: int = ORDERS_A_SLICE) -> int:
    """Carry out up to `most` open orders in one transaction, each once for ever; returns how many.

    An order whose household has not come down yet waits for it: its home decides whether it is ours. Moves
    wait for nobody: a guest may never be told of.
    """
    with terminal.read() as conn:
        if conn.execute(_NEXT_ORDERS, {"most": 1}).first() is None:
            return 0
    with terminal.write() as writing:
        orders = writing.conn.execute(_NEXT_ORDERS, {"most": most}).all()
        for row in orders:
            body = json.loads(row.body)
            _DO.get(str(body.get("do")), deeds.carry_out)(writing, row.id, body)
            writing.conn.execute(_ORDER_CLOSED, {"b_id": row.id})
    return len(orders)


def _stored_between(conn: Connection, scope: str, first: int, last: int) -> dict[int, bytes]:
    rows = conn.execute(_STORED, {"b_scope": scope, "b_first": first, "b_last": last})
    return {pos: bytes(data) for pos, data in rows}


def _take_household(conn: Connection, _came: Arrival, row: HouseholdRow) -> None:
    values = {"id": row.hh, "name": row.name, "members": row.members, "pinyin": row.pinyin, "home": row.home}
    conn.execute(_replace(household), {**values, "limits": int(row.limits != "off")})
    conn.execute(delete(identity).where(identity.c.household == row.hh))
    for digest in row.digest:
        conn.execute(_replace(identity), {"digest": digest, "household": row.hh})


def _take_card(conn: Connection, _came: Arrival, row: CardRow) -> None:
    cards.put(conn, row.hh, row.serial, row.state)


def _take_staff(conn: Connection, _came: Arrival, row: StaffRow) -> None:
    values = asdict(row)
    conn.execute(_replace(staff), {"id": values.pop("staff"), **values})


def _take_goods(conn: Connection, came: Arrival, row: GoodsRow) -> None:
    """A new good counts from its day; a new version of one that is there from the next day at the earliest,
    so that no price changes while somebody stands at the desk."""
    values = asdict(row)
    if came.day and conn.execute(_GOODS_THERE, {"b_sku": row.sku}).first() is not None:
        values["counts_from"] = max(row.counts_from, day_after(came.day, 1))
    values["caps"] = limits.caps_text(values.pop("most"), values.pop("most_each"))
    conn.execute(_replace(goods), {"most_a_month": values.pop("limit"), **values})


def _take_rule(conn: Connection, came: Arrival, row: RuleRow) -> None:
    """As with goods: a new version counts from the next day at the earliest."""
    values = asdict(row) | {"caps": msgspec.json.encode(row.caps).decode()}
    there = {"b_id": row.rule, "b_owner": row.owner, "b_scope": row.scope}
    if came.day and conn.execute(_RULE_THERE, there).first() is not None:
        values["counts_from"] = max(row.counts_from, day_after(came.day, 1))
    conn.execute(_replace(rule), {"id": values.pop("rule"), **values})


def _take_measure(conn: Connection, _came: Arrival, row: MeasureRow) -> None:
    values = asdict(row)
    conn.execute(_replace(measure), {"id": values.pop("measure"), **values})


def _take_member(conn: Connection, _came: Arrival, row: MemberRow) -> None:
    values = asdict(row)
    conn.execute(_replace(member), {"household": values.pop("hh"), "number": values.pop("member"), **values})


def _take_key(conn: Connection, _came: Arrival, row: KeyRow) -> None:
    values = asdict(row)
    conn.execute(_replace(issuer), {"id": values.pop("issuer"), **values})


def _take_centre(conn: Connection, _came: Arrival, row: CentreRow) -> None:
    values = asdict(row)
    conn.execute(_replace(centre), {"id": values.pop("centre"), **values})


def _take_panel(conn: Connection, _came: Arrival, row: PanelRow) -> None:
    values = asdict(row)
    households = {"household": values.pop("hh"), "kin": " ".join(values.pop("kin"))}
    conn.execute(_replace(panel), {**values, **households})


def _take_order(conn: Connection, came: Arrival, row: OrderRow) -> None:
    done = conn.execute(select(order_done.c.id).where(order_done.c.id == row.order)).first()
    if done is None:
        data = json.dumps(came.body, sort_keys=True).encode()
        conn.execute(
            _replace(order_open),
            {"id": row.order, "pos": came.pos, "household": _known_form(came.body), "body": data},
        )


def _known_form(body: Body) -> str:
    """The household an order waits for; "" where it names none, so that it is answered rather than kept."""
    found = None if body.get("do") in moveorders.ORDERS else body.get("hh")
    return found if isinstance(found, str) and re.fullmatch(deeds.HOUSEHOLD_FORM, found) else ""


def _replace(table: Any) -> Any:
    return _REPLACE.setdefault(table.name, upsert(table).prefix_with("OR REPLACE"))


_REPLACE: dict[str, Any] = {}
_KINDS: dict[str, tuple[type, Callable[[Connection, Arrival, Any], None]]] = {
    "household": (HouseholdRow, _take_household),
    "card": (CardRow, _take_card),
    "staff": (StaffRow, _take_staff),
    "goods": (GoodsRow, _take_goods),
    "rule": (RuleRow, _take_rule),
    "measure": (MeasureRow, _take_measure),
    "member": (MemberRow, _take_member),
    "key": (KeyRow, _take_key),
    "centre": (CentreRow, _take_centre),
    "order": (OrderRow, _take_order),
    "panel": (PanelRow, _take_panel),
}
# what orders ask for besides points given and taken
_DO: dict[str, Callable[[Writing, str, Body], None]] = {
    **dict.fromkeys(moveorders.ORDERS, moveorders.carry_out),
    "sign-off": signing.carry_out,
    "goods-step": orderway.carry_out,
}
_ROW = upsert(feed_row).prefix_with("OR REPLACE")  # a replaced row counts as having come last
_STORED = select(feed_row.c.pos, feed_row.c.data).where(
    feed_row.c.scope == bindparam("b_scope"),
    feed_row.c.pos.between(bindparam("b_first"), bindparam("b_last")),
)
_DAY = select(state.c.value).where(state.c.name == "day")
_RULE_THERE = (
    select(rule.c.id)
    .where(
        rule.c.id == bindparam("b_id"),
        rule.c.owner == bindparam("b_owner"),
        rule.c.scope == bindparam("b_scope"),
    )
    .limit(1)
)
_GOODS_THERE = select(goods.c.sku).where(goods.c.sku == bindparam("b_sku")).limit(1)
_NEXT_ORDERS = (
    select(order_open)
    .where((order_open.c.household == "") | order_open.c.household.in_(select(household.c.id)))
    .order_by(order_open.c.pos)
    .limit(bindparam("most"))
)
_ORDER_CLOSED = delete(order_open).where(order_open.c.id == bindparam("b_id"))
