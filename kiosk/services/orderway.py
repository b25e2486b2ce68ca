"""The way of an order for goods once it was sent: the township's word, the county's, and that it came.

The township and the county say it by order; where the line is down, staff enter what the township wrote.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import ordering
from kiosk.ledger.entries import entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import side
from kiosk.store.tables import goods_order

_ACTS = {
    ordering.CONFIRMED: "order-confirm",
    ordering.RETURNED: "order-confirm",
    ordering.ORDERED: "order-confirm",
    ordering.CAME: "order",
}


def step(
    terminal: Terminal, epoch: int, seq: int, wanted: str, why: str, actor: str, document: bytes = b""
) -> str:
    """Note a step of an order: confirmed, ordered, came, or returned for one of `ordering.RETURNS`.

    What the township wrote may be kept as `document`. Returns the entry. Raises `Refused`: `order-unsent`,
    `order-step`, `order-township` where the township confirms first, `why-needed`, `too-large`,
    `role-may-not`.
    """
    assert wanted in _ACTS, wanted
    with terminal.write() as writing:
        staff.require(writing.conn, actor, _ACTS[wanted])
        body = _body(writing, (epoch, seq), wanted, why)
        if document:
            body["doc"] = side.put(writing.conn, "document", "", writing.day, document)
        head = writing.append("goods-order", body, actor)
    return entry_id(head.epoch, head.seq)


def carry_out(writing: Writing, order: str, body: Mapping[str, Any]) -> None:
    """Note the step the county's order names, or write `order-refused`; both close the order."""
    named = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", str(body.get("goods", "")))
    wanted, why = str(body.get("step", "")), str(body.get("why", ""))
    if not named or wanted not in _ACTS:
        writing.append("order-refused", {"order": order, "code": "order-unknown"})
        return
    try:
        stepped = _body(writing, (int(named[1]), int(named[2])), wanted, why)
    except Refused as refused:
        writing.append("order-refused", {"order": order, "code": refused.code})
        return
    writing.append("goods-order", stepped | {"order": order})


def _body(writing: Writing, at: tuple[int, int], wanted: str, why: str) -> dict[str, Any]:
    if wanted == ordering.RETURNED and why not in ordering.RETURNS:
        raise Refused("why-needed")
    found = _state(writing.conn, at)
    if found in ("", "draft"):
        raise Refused("order-unsent")
    if not ordering.may_step(found, wanted, township=writing.settings.stock.township_confirms):
        first = ordering.may_step(found, wanted, township=False)
        raise Refused("order-township" if first else "order-step")
    body: dict[str, Any] = {"for": list(at), "step": wanted}
    return body | ({"why": why} if wanted == ordering.RETURNED else {})


def _state(conn: Connection, at: tuple[int, int]) -> str:
    return str(conn.execute(_STATE, {"b_epoch": at[0], "b_seq": at[1]}).scalar() or "")


_STATE = select(goods_order.c.state).where(
    goods_order.c.epoch == bindparam("b_epoch"), goods_order.c.seq == bindparam("b_seq")
)
