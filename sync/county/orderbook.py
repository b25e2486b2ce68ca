"""Orders: what the county asks a terminal for; no point moves before the terminal has written its entry."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, insert, select

from kiosk.ledger import points
from kiosk.services.clock import is_day
from sync.county import feed
from sync.county.database import County, CountyError
from sync.county.lookups import all_of, check, first_of
from sync.county.tables import balances, centres, households, orders, terminals


def give_order(
    county: County,
    terminal: int,
    *,
    do: str,
    household: str,
    amount_tenths: int,
    rule: str = "",
    why: str = "",
    deed: str = "",
    expires: str = "",
) -> str:
    """Ask a terminal for one entry ("earn", "deduct"); returns the order's id. It moves no point itself."""
    check(amount_tenths > 0, "an order has a positive amount")
    with county.write() as conn:
        body = {
            "do": do,
            "hh": household,
            "amount": amount_tenths,
            "rule": rule,
            "why": why,
            "deed": deed,
            "expires": expires,
        }
        return add_order(conn, county.code, terminal, body)


def order_expiry(county: County, centre: str, through: str, *, dry_run: bool = False) -> dict[str, int]:
    """Ask a centre's terminal to close what its households had that ended by `through`: one order each.

    Returns the tenths that had ended by the county's books, by household; with `dry_run` nothing is ordered.
    Raises `CountyError` on an unknown centre or a day that is not over.
    """
    check(is_day(through) and through < county.today(), f"{through}: not a day that is over")
    with county.write() as conn:
        place = first_of(conn, centres, county, centre=centre)
        if place is None:
            raise CountyError(f"there is no centre {centre}")
        homes = {row.household for row in all_of(conn, households, county, home=place.terminal)}
        ended: dict[str, int] = {}
        for row in all_of(conn, balances, county, pot=points.AVAILABLE):
            if row.household in homes and row.tenths > 0 and points.NEVER < row.expires <= through:
                ended[row.household] = ended.get(row.household, 0) + row.tenths
        for household in sorted(ended) if not dry_run else ():
            body = {"do": "expire", "hh": household, "amount": ended[household], "through": through}
            add_order(conn, county.code, place.terminal, body)
    return ended


def add_order(conn: Connection, county: str, terminal: int, body: Mapping[str, Any]) -> str:
    """An order for a terminal; returns its id.

    The order's id is its place in the terminal's scope and a random tail: a place is given again after
    the database was put back from a backup, and an order done once is never done again."""
    scope = f"terminal:{terminal}"
    centre = conn.execute(
        select(terminals.c.centre)
        .where(terminals.c.county == county, terminals.c.terminal == terminal)
        .with_for_update()  # so that the position taken for the id is still free below
    ).scalar()
    check(centre is not None, f"there is no terminal {terminal}")
    order = f"{county}{terminal}-{feed.position(conn, county, scope) + 1}-{secrets.token_hex(4)}"
    put_order(conn, county, terminal, str(centre), order, body)
    return order


def put_order(
    conn: Connection, county: str, terminal: int, centre: str, order: str, body: Mapping[str, Any]
) -> None:
    """Note an order under an id that nobody else gives, and tell its terminal."""
    feed.append(conn, county, f"terminal:{terminal}", [("order", {"order": order, **body})])
    row = {"county": county, "order_id": order, "centre": centre, "terminal": terminal}
    row |= {"household": body["hh"], "do": body["do"], "amount": body["amount"]}
    conn.execute(insert(orders), {**row, "state": "open", "code": "", "epoch": 0, "seq": 0})
