"""The county's part in the way of a point: the panel's roster, the township's word, lines of another home."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from kiosk.services.clock import is_day
from kiosk.services.declare import REASONS
from sync.county import feed
from sync.county.database import County, CountyError
from sync.county.orderbook import add_order, put_order
from sync.county.project import Award, Flag
from sync.county.tables import orders, panel, staff, terminals
from sync.county.upserts import upsert

__all__ = ["REASONS", "pass_on", "set_member", "sign_sheet"]

_ELECTION = re.compile(r"[A-Za-z0-9._-]{1,40}")
_HOUSEHOLD = re.compile(r"[0-9]{7}")
_SHEET = re.compile(r"[0-9]{1,9}-[0-9]{1,9}")


def set_member(
    county: County,
    staff_id: str,
    *,
    since: str,
    until: str,
    election: str,
    household: str = "",
    kin: Sequence[str] = (),
) -> None:
    """A member of a centre's panel, or a new term of one. Raises `CountyError` on what can't be."""
    _check(is_day(since) and is_day(until) and since <= until, "a term has two days, the first not later")
    _check(bool(_ELECTION.fullmatch(election)), f"{election}: a record's code has letters, digits and . _ -")
    for one in (*kin, *([household] if household else [])):
        _check(bool(_HOUSEHOLD.fullmatch(one)), f"{one}: a household number has seven digits")
    with county.write() as conn:
        found = conn.execute(_STAFF, {"b_county": county.code, "b_staff": staff_id}).first()
        if found is None:
            raise CountyError(f"there is no staff member {staff_id}")
        row = {"county": county.code, "staff": staff_id, "centre": found.centre, "since": since}
        row |= {"until": until, "election": election, "household": household, "kin": " ".join(kin)}
        conn.execute(upsert(conn, panel), row)
        told: dict[str, Any] = {"staff": staff_id, "from": since, "to": until, "election": election}
        told |= {"hh": household, "kin": list(kin)}
        feed.append(conn, county.code, f"centre:{found.centre}", [("panel", told)])


def sign_sheet(county: County, terminal: int, sheet: str, why: str = "") -> str:
    """The township's word on a sheet of `terminal`: passed, or returned for one of `REASONS`; the order's id.

    The terminal signs by it, or answers why it can't. Raises `CountyError` on what can't be.
    """
    _check(bool(_SHEET.fullmatch(sheet)), f"{sheet}: a sheet is named like 1-284")
    _check(not why or why in REASONS, f"{why}: no such reason; there are: {', '.join(REASONS)}")
    body = {"do": "sign-off", "hh": "", "amount": 0, "sheet": sheet, "pass": int(not why), "why": why}
    with county.write() as conn:
        return add_order(conn, county.code, terminal, body)


def pass_on(
    conn: Connection, county: str, terminal: int, awards: Iterable[Award], homes: Mapping[str, int]
) -> list[Flag]:
    """Order each awarded line from its household's home, once for ever; flags of those nobody can post.

    The order's id follows from the award's place, so that no second one can be given. Scopes are taken in
    order: two terminals that award to each other wait, never in a ring.
    """
    flags: list[Flag] = []
    for award in sorted(awards, key=lambda one: (homes.get(one.household, 0), one.epoch, one.seq)):
        home = homes.get(award.household)
        params = {"b_county": county, "b_terminal": home or 0}
        centre = conn.execute(_CENTRE, params).scalar()
        if home is None or centre is None:
            flags.append(Flag(award.epoch, award.seq, "award-unknown"))
            continue
        order = f"{county}{terminal}-award-{award.epoch}-{award.seq}-{award.line}"
        if conn.execute(_ORDER, {"b_county": county, "b_order": order}).first() is None:
            put_order(conn, county, home, str(centre), order, _body(award, terminal))
    return flags


def _body(award: Award, terminal: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "do": "award" if award.what == "earn" else "deduct",
        "hh": award.household,
        "amount": award.amount,
        "rule": award.rule,
        "version": award.version,
        "why": "award",
        "deed": award.deed,
        "expires": "",  # the home says when its points end
    }
    if award.was:  # what an appeal led to: no further deed
        body |= {"was": award.was, "corrects": [terminal, *award.corrects]}
    return body | ({"member": award.member} if award.member else {})


def _check(holds: bool, text: str) -> None:
    if not holds:
        raise CountyError(text)


_STAFF = select(staff.c.centre).where(
    staff.c.county == bindparam("b_county"), staff.c.staff == bindparam("b_staff")
)
_CENTRE = select(terminals.c.centre).where(
    terminals.c.county == bindparam("b_county"), terminals.c.terminal == bindparam("b_terminal")
)
_ORDER = select(orders.c.order_id).where(
    orders.c.county == bindparam("b_county"), orders.c.order_id == bindparam("b_order")
)
