"""The county's page: centres, arrivals and totals as one read of the books; no links, no scripts."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Connection, and_, func, select

from kiosk.ledger.masks import mask_name
from kiosk.words import Words, points
from sync.county import devices, moves
from sync.county.database import County
from sync.county.tables import (
    centres,
    epochs,
    flags,
    households,
    orders,
    redemptions,
    set_aside,
    terminals,
    totals,
)

REFRESH_S = 5
ARRIVALS = 12
ONLINE_WITHIN_MS = 90_000  # terminals come every 20 s when nothing happens
CLOCK_OFF_MS = 5 * 60_000  # what is worth telling a person


class CentreLine(NamedTuple):
    """One centre as shown."""

    name: str
    township: str
    terminal: str
    state: str  # online, offline, fork, never: the word and the colour
    waiting: str
    seen: str
    clock: str
    devices: str  # those that are not well, in words


class MoveLine(NamedTuple):
    """Points on their way, the name masked."""

    who: str
    tail: str
    way: str
    points: str
    state: str


class Arrival(NamedTuple):
    """One redemption as shown, the name masked."""

    who: str
    tail: str
    centre: str
    slip: str
    time: str
    pieces: str
    points: str
    voided: bool


def front_page(county: County) -> str:
    """The page as HTML in Chinese."""
    words = Words(terms=county.terms)
    now_ms = time.time_ns() // 1_000_000
    with county.read() as conn:
        places = _centres(conn, county.code, words, now_ms)
        context: dict[str, Any] = {
            "name": county.name,
            "refresh_s": REFRESH_S,
            "now": datetime.now().astimezone().strftime("%H:%M:%S"),
            "centres": places,
            "online": sum(place.state == "online" for place in places),
            "arrivals": _arrivals(conn, county.code, words),
            "totals": _totals(conn, county.code),
            "moves": _moves(conn, county.code, words),
            "open_orders": _count(conn, orders, county.code, orders.c.state == "open"),
            "flags": _count(conn, flags, county.code),
            "set_aside": _count(conn, set_aside, county.code),
        }
    page: str = _template("front.html").render(w=_told(words), **context)
    return page


def away_page(county: County) -> str:
    """The page while the database can't be reached; it asks again by itself."""
    told = _told(Words(terms=county.terms))
    page: str = _template("away.html").render(w=told, name=county.name, refresh_s=REFRESH_S)
    return page


def _centres(conn: Connection, county: str, words: Words, now_ms: int) -> list[CentreLine]:
    joined = centres.join(
        terminals,
        and_(terminals.c.county == centres.c.county, terminals.c.terminal == centres.c.terminal),
    ).outerjoin(
        epochs,
        and_(
            epochs.c.county == terminals.c.county,
            epochs.c.terminal == terminals.c.terminal,
            epochs.c.epoch == terminals.c.epoch,
        ),
    )
    rows = conn.execute(
        select(
            centres.c.name,
            centres.c.township,
            terminals.c.terminal,
            terminals.c.state,
            terminals.c.waiting,
            terminals.c.seen_at_ms,
            terminals.c.offset_ms,
        )
        .select_from(joined)
        .where(centres.c.county == county)
        .order_by(terminals.c.seen_at_ms.desc(), centres.c.centre)
    )
    unwell = _unwell(conn, county, words)
    return [_centre(row, words, now_ms, unwell.get(row.terminal, [])) for row in rows]


def _unwell(conn: Connection, county: str, words: Words) -> dict[int, list[str]]:
    """The devices that last said they were not well, by terminal, as the terminal's own screen names them."""
    found: dict[int, list[str]] = {}
    for one in devices.told(conn, county):
        if one.state != devices.WELL:
            detail, kind = f"ui.device.{one.detail}", f"ui.device.{one.kind}"
            name = words(kind) if kind in words else one.device
            state = words(detail if detail in words else f"ui.device.state_{one.state}")
            found.setdefault(one.terminal, []).append(words("county.device", name=name, state=state))
    return found


def _centre(row: Any, words: Words, now_ms: int, unwell: list[str]) -> CentreLine:
    if row.state in ("fork", "new"):
        state = {"fork": "fork", "new": "never"}[row.state]
    else:
        state = "online" if now_ms - row.seen_at_ms < ONLINE_WITHIN_MS else "offline"
    waiting = words("county.waiting", count=row.waiting) if row.waiting else words("county.nothing_waits")
    clock = ""
    if row.seen_at_ms and abs(row.offset_ms) > CLOCK_OFF_MS:
        direction = words("county.clock_fast" if row.offset_ms > 0 else "county.clock_slow")
        clock = words("county.clock_off", direction=direction, amount=_roughly(row.offset_ms, words))
    return CentreLine(
        row.name,
        row.township,
        words("county.terminal", number=f"{row.terminal:04}"),
        state,
        waiting if row.seen_at_ms else "",
        words("county.last_seen", time=moment(row.seen_at_ms)) if row.seen_at_ms else "",
        clock,
        " · ".join(unwell),
    )


def _arrivals(conn: Connection, county: str, words: Words) -> list[Arrival]:
    joined = redemptions.outerjoin(
        households,
        and_(households.c.county == redemptions.c.county, households.c.household == redemptions.c.household),
    ).outerjoin(
        centres, and_(centres.c.county == redemptions.c.county, centres.c.centre == redemptions.c.centre)
    )
    rows = conn.execute(
        select(
            redemptions,
            households.c.name.label("name"),
            centres.c.name.label("place"),
        )
        .select_from(joined)
        .where(redemptions.c.county == county)
        .order_by(redemptions.c.received_at_ms.desc(), redemptions.c.epoch.desc(), redemptions.c.seq.desc())
        .limit(ARRIVALS)
    )
    return [
        Arrival(
            words("county.home_of", name=mask_name(row.name))
            if row.name
            else words("county.unknown_household"),
            words("county.tail", tail=row.household[-4:]),
            row.place or row.centre,
            row.slip,
            moment(row.at_ms),
            words("county.took", pieces=row.pieces),
            points(row.charge),
            row.voided,
        )
        for row in rows
    ]


def _moves(conn: Connection, county: str, words: Words) -> list[MoveLine]:
    return [
        MoveLine(
            words("county.home_of", name=mask_name(one.name))
            if one.name
            else words("county.unknown_household"),
            words("county.tail", tail=one.household[-4:]),
            words("county.move_home" if one.home else "county.move_way", origin=one.origin, dest=one.dest),
            points(one.amount_tenths),
            words(f"county.move_{one.state}"),
        )
        for one in moves.on_their_way(conn, county)
    ]


def _totals(conn: Connection, county: str) -> Mapping[str, str]:
    """The scheme in numbers; `issued` and `owed` are kept negative, as posted."""
    rows = conn.execute(
        select(totals.c.name, func.sum(totals.c.value).label("value"))
        .where(totals.c.county == county)
        .group_by(totals.c.name)
    )
    got = {row.name: int(row.value) for row in rows}
    return {
        "households": f"{_count(conn, households, county):,}",
        "available": points(got.get("available", 0)),
        "issued": points(-got.get("issued", 0)),
        "owed": points(-got.get("owed", 0)),
        "spent": points(got.get("spent", 0)),
        "redemptions": f"{got.get('redemptions', 0):,}",
        "pieces": f"{got.get('pieces', 0):,}",
        "entries": f"{got.get('entries', 0):,}",
    }


def _count(conn: Connection, table: Any, county: str, *where: Any) -> int:
    return conn.execute(
        select(func.count()).select_from(table).where(table.c.county == county, *where)
    ).scalar_one()


def moment(at_ms: int) -> str:
    """Month, day and time here; a clock thrown out of the calendar shows as it is."""
    try:
        at = datetime.fromtimestamp(at_ms / 1000).astimezone()
    except (OverflowError, ValueError, OSError):
        return "—"
    return f"{at.month}月{at.day}日 {at:%H:%M}"


def _roughly(offset_ms: int, words: Words) -> str:
    minutes = abs(offset_ms) // 60_000
    if minutes < 120:
        return words("county.minutes", count=minutes)
    return (
        words("county.hours", count=minutes // 60)
        if minutes < 2_880
        else words("county.days", count=minutes // 1_440)
    )


def _told(words: Words) -> Any:
    return lambda key, **params: words(f"county.{key}", **params)


@cache
def _template(name: str) -> Any:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
