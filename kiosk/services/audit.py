"""Flags for an inspector over some days: the patterns are in `ledger.flags`, the names here."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection

from kiosk.config import PlaceSettings
from kiosk.ledger import flags
from kiosk.ledger.flags import Flag, Hours, Seen
from kiosk.ledger.refusals import Refused
from kiosk.services import period, staff
from kiosk.services.clock import is_day
from kiosk.services.terminal import Terminal
from kiosk.store import side


class Flagged(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern to look at. A collector's name is whole: mask it before it is shown."""

    code: str  # one-collector, many-voids, no-evidence, no-card, out-of-hours
    who: str  # staff id, a collector's own household, or "" for nobody
    name: str  # of a collector who gave one
    count: int
    of: int  # out of so many; 0 where there is no such number
    entries: tuple[str, ...]


def look(terminal: Terminal, first: str, last: str, actor: str) -> tuple[Flagged, ...]:
    """What is striking in the business days `first` … `last`.

    Raises `Refused`: `day-unreadable`, `role-may-not`.
    """
    if not (is_day(first) and is_day(last)) or first > last:
        raise Refused("day-unreadable")
    with terminal.read() as conn:
        staff.require(conn, actor, "audit")
        return found(terminal, conn, first, last)


def found(terminal: Terminal, conn: Connection, first: str, last: str) -> tuple[Flagged, ...]:
    """`look` in a view that is open already, for somebody who may."""
    seen = [Seen(one.entry, _minute(one.entry.at_ms)) for one in period.between(conn, first, last)]
    return tuple(_named(conn, flag) for flag in flags.look(seen, _hours(terminal.settings.place)))


def _named(conn: Connection, flag: Flag) -> Flagged:
    name = side.text(conn, flag.who) if flag.code == "one-collector" else ""
    who = "" if name else flag.who
    return Flagged(code=flag.code, who=who, name=name, count=flag.hits, of=flag.of, entries=flag.entries)


def _hours(place: PlaceSettings) -> Hours | None:
    if not (place.opens and place.closes):
        return None
    return Hours(flags.minutes(place.opens), flags.minutes(place.closes))


def _minute(at_ms: int) -> int:
    at = datetime.fromtimestamp(at_ms / 1000).astimezone()
    return at.hour * 60 + at.minute
