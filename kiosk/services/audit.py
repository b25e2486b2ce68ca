"""Flags for an inspector over some days: patterns of entries are in `ledger.flags`, what needs names here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.config import PlaceSettings
from kiosk.ledger import flags
from kiosk.ledger.entries import Entry, entry_id
from kiosk.ledger.flags import Flag, Hours, Seen
from kiosk.ledger.panel import Member, is_recused
from kiosk.ledger.refusals import Refused
from kiosk.services import panel, period, staff
from kiosk.services.clock import is_day
from kiosk.services.terminal import Terminal
from kiosk.store import side
from kiosk.store.prepared import Prepared
from kiosk.store.tables import declaration, sheet_line


class Flagged(msgspec.Struct, frozen=True, kw_only=True):
    """One pattern to look at. A collector's name is whole: mask it before it is shown."""

    code: str  # one-collector, many-voids, no-evidence, no-card, out-of-hours, reviewer-kin
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
    patterns = flags.look(seen, _hours(terminal.settings.place))
    return tuple(_named(conn, flag) for flag in (*patterns, *_kin(conn, [one.entry for one in seen])))


def _kin(conn: Connection, entries: Iterable[Entry]) -> list[Flag]:
    """Staff who reviewed a declaration, or signed a sheet with a line, of the own household or of kin: by
    what the roster declares of them today, which may have been declared later."""
    made: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind in _HOUSEHOLDS and entry.actor:
            made.setdefault(entry.actor, []).append(entry)
    found = []
    for who, all_of in sorted(made.items()):
        person = panel.declared(conn, who)
        own = [entry for entry in all_of if person and _is_about_own(conn, entry, person)]
        if own:
            named = tuple(entry_id(one.epoch, one.seq) for one in own[: flags.MOST_NAMED])
            found.append(Flag("reviewer-kin", who, len(own), len(all_of), named))
    return found


def _is_about_own(conn: Connection, entry: Entry, person: Member) -> bool:
    places = entry.body["items"] if entry.kind == "review" else [entry.body["sheet"]]
    return any(
        is_recused(person, row.household)
        for epoch, seq in places
        for row in _HOUSEHOLDS[entry.kind].all(conn, {"b_epoch": epoch, "b_seq": seq})
    )


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


_HOUSEHOLDS = {  # kind of entry → whose declarations or lines it is about
    "review": Prepared(
        select(declaration.c.household).where(
            declaration.c.epoch == bindparam("b_epoch"), declaration.c.seq == bindparam("b_seq")
        )
    ),
    "sign-off": Prepared(
        select(sheet_line.c.household).where(
            sheet_line.c.epoch == bindparam("b_epoch"), sheet_line.c.seq == bindparam("b_seq")
        )
    ),
}
