"""日结 and 月结: what a day or month comes to, on a slip; nothing waits for it and nothing is blocked by it.

What is written in a period after it was closed is named apart in the next closing, as late: a closed day is
never opened again, and never stands in anybody's way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, bindparam, func, select, tuple_

from kiosk.ledger import closing as rules
from kiosk.ledger.closing import Figures
from kiosk.ledger.entries import Entry, decode_own, entry_id
from kiosk.ledger.refusals import Refused
from kiosk.services import printing, staff
from kiosk.services.clock import is_day
from kiosk.services.terminal import Terminal
from kiosk.slips.paper import Fact
from kiosk.store import journal as journals
from kiosk.store.tables import closing, journal, state
from kiosk.words import points

MOST_STUBS = 100_000
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
_EARNED = ("issued", "taken-back", "deducted", "deducted-back")
_POINTS = (*_EARNED, "spent", "given-back", "expired", "expired-back", "moved-out", "moved-in")
_COUNTS = ("redemptions", "voids", "returns", "earnings", "deductions", "corrections", "loans")
_PIECES = ("pieces-in", "pieces-out", "slips")


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """What a period comes to."""

    period: str  # 2026-11-23 or 2026-11
    entry: str  # of the closing, "" for a preview
    slip: str
    points: dict[str, int]  # tenths
    counts: dict[str, int]
    late_points: dict[str, int]  # of closed periods, written after their closing
    late_counts: dict[str, int]
    stubs: int | None  # counted by hand
    stubs_missing: int  # slips made less stubs counted, 0 where nobody counted


class Closed(msgspec.Struct, frozen=True, kw_only=True):
    """A period that was closed before."""

    period: str
    entry: str


def preview(terminal: Terminal, period: str = "") -> Closing:
    """What closing `period` (a day or a month; "" for the current day) would say; writes nothing.

    Raises `Refused("period-unreadable")`.
    """
    with terminal.read() as conn:
        wanted = period or str(conn.execute(_DAY).scalar() or "")
        _check_form(wanted)
        found, late, _end = _count(conn, wanted)
    return _describe(wanted, found, late, None)


def close(terminal: Terminal, period: str, stubs: int | None, actor: str) -> Closing:
    """Close a day or a month that has begun, once, and print it; `stubs` is how many stubs were counted.

    Raises `Refused`: `period-unreadable`, `not-begun-yet`, `closed-already`, `absurd-quantity`,
    `role-may-not`.
    """
    if stubs is not None and not 0 <= stubs <= MOST_STUBS:
        raise Refused("absurd-quantity", most=MOST_STUBS)
    with terminal.write() as writing:
        staff.require(writing.conn, actor, "day-close")
        period = period or writing.day
        _check_form(period)
        if period > rules.period_of(writing.day, period):
            raise Refused("not-begun-yet")
        if writing.conn.execute(_CLOSED, {"b_period": period}).first() is not None:
            raise Refused("closed-already", period=period)
        found, late, end = _count(writing.conn, period)
        number = printing.next_number(writing)
        body = rules.body(period, found, late, stubs) | {"through": list(end), "slip": number}
        kind = "day-close" if is_day(period) else "month-close"
        head = writing.append(kind, body, actor)
        done = _describe(period, found, late, stubs)
        facts = tuple(_facts(done))
        slip = printing.queue_paper(
            writing, head, number, f"closing.{kind}", actor=actor, facts=facts, signs=("slip.sign_clerk",)
        )
    return msgspec.structs.replace(done, entry=entry_id(head.epoch, head.seq), slip=slip)


def closed(terminal: Terminal) -> tuple[Closed, ...]:
    """Every closed day and month, the latest first."""
    with terminal.read() as conn:
        rows = conn.execute(select(closing).order_by(closing.c.epoch.desc(), closing.c.seq.desc()))
        return tuple(Closed(period=row.period, entry=entry_id(row.epoch, row.seq)) for row in rows)


def _count(conn: Connection, period: str) -> tuple[Figures, Figures, tuple[int, int]]:
    """The figures of `period`, those of closed ones that came behind their closing, and where it ends.

    Days only move forward in a journal, so a period is a run of entries; what is behind the closing made last
    and belongs to a closed period has been counted by nobody yet.
    """
    found = [
        entry
        for entry in _entries(conn, _begin(conn, period))
        if rules.period_of(entry.day, period) == period
    ]
    closed_ones = {row.period for row in conn.execute(_PERIODS, {"b_length": len(period)})}
    latest = conn.execute(_LATEST, {"b_length": len(period)}).first()
    late: list[Entry] = []
    if latest is not None:
        behind = _entries(conn, (latest.through_epoch, latest.through_seq))
        late = [entry for entry in behind if rules.period_of(entry.day, period) in closed_ones]
    head = journals.head(conn)
    return rules.figures(found), rules.figures(late), (head.epoch, head.seq) if head else (0, 0)


def _begin(conn: Connection, period: str) -> tuple[int, int]:
    """The entry before the first of `period`: each of its days began with a `day-open`."""
    row = conn.execute(_OPENED, {"b_first": period}).first()
    return (row.epoch, row.seq - 1) if row else (0, 0)


def _entries(conn: Connection, behind: tuple[int, int]) -> Iterator[Entry]:
    for row in conn.execute(_BEHIND, {"b_epoch": behind[0], "b_seq": behind[1]}):
        yield decode_own(row.data)


def _check_form(period: str) -> None:
    if not (is_day(period) or _MONTH.fullmatch(period)):
        raise Refused("period-unreadable")


def _describe(period: str, found: Figures, late: Figures, stubs: int | None) -> Closing:
    missing = 0 if stubs is None else found.counts.get("slips", 0) - stubs
    return Closing(
        period=period,
        entry="",
        slip="",
        points=found.points,
        counts=found.counts,
        late_points=late.points,
        late_counts=late.counts,
        stubs=stubs,
        stubs_missing=missing,
    )


def _facts(done: Closing) -> Iterator[Fact]:
    yield Fact(label="closing.period", value=done.period, bold=True)
    for name in _POINTS:
        if done.points.get(name):
            yield Fact(label=f"closing.{name}", value=points(done.points[name]))
    for name in (*_COUNTS, *_PIECES):
        if done.counts.get(name):
            yield Fact(label=f"closing.{name}", value=str(done.counts[name]))
    if done.stubs is not None:
        yield Fact(label="closing.stubs", value=str(done.stubs))
        yield Fact(
            label="closing.stubs-missing", value=str(done.stubs_missing), bold=bool(done.stubs_missing)
        )
    if done.late_points or done.late_counts:
        yield Fact(label="closing.late", value="")
    for name in _POINTS:
        if done.late_points.get(name):
            yield Fact(label=f"closing.{name}", value=points(done.late_points[name]))


_DAY = select(state.c.value).where(state.c.name == "day")
_CLOSED = select(closing.c.seq).where(closing.c.period == bindparam("b_period"))
_PERIODS = select(closing.c.period).where(func.length(closing.c.period) == bindparam("b_length"))
_LATEST = (
    select(closing)
    .where(func.length(closing.c.period) == bindparam("b_length"))
    .order_by(closing.c.epoch.desc(), closing.c.seq.desc())
    .limit(1)
)
_OPENED = (
    select(journal.c.epoch, journal.c.seq)
    .where(journal.c.kind == "day-open", journal.c.day >= bindparam("b_first"))
    .order_by(journal.c.day, journal.c.epoch, journal.c.seq)
    .limit(1)
)
_BEHIND = (
    select(journal.c.data)
    .where(tuple_(journal.c.epoch, journal.c.seq) > tuple_(bindparam("b_epoch"), bindparam("b_seq")))
    .order_by(journal.c.epoch, journal.c.seq)
)
