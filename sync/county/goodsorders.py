"""Centres' orders for goods as township and county see them: listed, confirmed, passed on."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from sqlalchemy import select

from kiosk.ledger import ordering
from sync.county import acts
from sync.county.database import County
from sync.county.lookups import check
from sync.county.orderbook import add_order
from sync.county.tables import centres

_NAME = re.compile(r"[0-9]{1,9}-[0-9]{1,9}")


class GoodsOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order of a centre, as far as its terminal has told."""

    centre: str
    township: str
    terminal: int
    order: str  # the entry of its draft
    day: str
    state: str  # draft, sent, confirmed, ordered, came, returned
    why: str
    lines: tuple[tuple[str, int], ...]


def listing(county: County, *, centre: str = "", township: str = "") -> list[GoodsOrder]:
    """Every order that was sent, of one centre or township where that is named."""
    with county.read() as conn:
        rows = conn.execute(
            select(centres.c.centre, centres.c.township).where(centres.c.county == county.code)
        )
        townships = {row.centre: row.township for row in rows}
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for act in acts.listing(county, ("goods-order",), centre=centre):
        _fold(found, act)
    return [
        GoodsOrder(township=townships.get(one["centre"], ""), **one)
        for one in found.values()
        if one["state"] != "draft" and township in ("", townships.get(one["centre"], ""))
    ]


def step(county: County, terminal: int, order: str, wanted: str, why: str = "") -> str:
    """Tell a terminal that one of its orders was confirmed, ordered from the supplier or returned.

    Returns the id of the county's order; the terminal notes the step or says why it can't. Raises
    `CountyError` on what can't be.
    """
    check(bool(_NAME.fullmatch(order)), f"{order}: an order is named like 1-284")
    check(wanted in ordering.FROM, f"{wanted}: no such step; there are: {', '.join(ordering.FROM)}")
    returned = wanted == ordering.RETURNED
    check(returned == bool(why), "a return has a reason, nothing else has one")
    check(not why or why in ordering.RETURNS, f"{why}: one of {', '.join(ordering.RETURNS)}")
    known = {(one.terminal, one.order) for one in listing(county)}
    check((terminal, order) in known, f"terminal {terminal} has sent no order {order}")
    body = {"do": "goods-step", "hh": "", "amount": 0, "goods": order, "step": wanted, "why": why}
    with county.write() as conn:
        return add_order(conn, county.code, terminal, body)


def _fold(found: dict[tuple[int, str], dict[str, Any]], act: acts.Act) -> None:
    """What an entry says of an order; one that is not of its form says nothing."""
    body = act.body
    place = body.get("draft", body.get("for"))
    if "lines" in body:
        try:
            lines = msgspec.convert(body["lines"], tuple[tuple[str, int], ...])
        except msgspec.ValidationError:
            return
        about = {"centre": act.centre, "terminal": act.terminal, "order": act.entry, "day": act.day}
        found[act.terminal, act.entry] = {**about, "state": "draft", "why": "", "lines": lines}
        return
    name = "-".join(map(str, place)) if isinstance(place, list) else ""
    one = found.get((act.terminal, name))
    if one is not None:
        one["state"] = str(body.get("step", "sent"))
        one["why"] = str(body.get("why", ""))
