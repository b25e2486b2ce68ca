"""Points that end: what will end soon, what a closing would move, and the closing itself, by two people.

Ended points stay where they are, and can be spent, until a closing: nothing here happens by a clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from sqlalchemy import Connection, bindparam, select

from kiosk.ledger import measures
from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.clock import day_after, is_day
from kiosk.services.terminal import Terminal, Writing
from kiosk.store import cursors
from kiosk.store.tables import bucket, household, pot, state

SEEN = "close-seen"  # the cursor with the fingerprint of the last preview
SEEN_BITS = 62  # of the fingerprint of a preview, to fit a number column


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """What a closing moves, or moved, for one household. The name is whole: mask it before it is shown."""

    household: str
    name: str
    buckets: tuple[tuple[str, int], ...]  # (last day, tenths)
    saved_tenths: int  # go to the saved pot
    expired_tenths: int


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A closing, per household and in sum."""

    through: str  # points whose last day is this or lies before
    lines: tuple[Ended, ...]
    saved_tenths: int
    expired_tenths: int


class ExpireOrder(msgspec.Struct, frozen=True):
    """The county's order to close what one household had that ended by a day."""

    hh: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{7}$")]
    through: str

    def __post_init__(self) -> None:
        if not is_day(self.through):
            raise ValueError("no such day")


class Warned(msgspec.Struct, frozen=True, kw_only=True):
    """Points of one household that end soon. The name is whole: mask it before it is shown."""

    household: str
    name: str
    day: str  # the last day of the soonest of them
    tenths: int


def warnings(terminal: Terminal) -> tuple[Warned, ...]:
    """Households with points that end within the days of `rules.warn_days`, soonest first.

    Points that have ended already and wait for the closing are among them: they too will be gone.
    """
    with terminal.read() as conn:
        through = day_after(_day(conn), terminal.settings.rules.warn_days)
        found = [
            Warned(household=who, name=name, day=parts[0][0], tenths=sum(tenths for _, tenths in parts))
            for who, name, _saved, parts in _ending(conn, terminal, through)
        ]
    return tuple(sorted(found, key=lambda one: (one.day, one.household)))


def preview(terminal: Terminal, through: str | None = None) -> Closing:
    """What a closing of all points ended by `through` (None: by yesterday) would move; moves nothing.

    What was shown is remembered: `close_year` does no other closing than the one last previewed. Where
    nothing can be written it is shown all the same. Raises `Refused`: `day-unreadable`.
    """
    if through is not None and not is_day(through):
        raise Refused("day-unreadable")
    with suppress(Refused), terminal.write() as writing:  # so that a day that is due is opened first
        closing = _closing(writing.conn, terminal, _through(writing.conn, through))
        cursors.put(writing.conn, SEEN, _seen(closing))
        return closing
    with terminal.read() as conn:
        return _closing(conn, terminal, _through(conn, through))


def close_year(terminal: Terminal, actor: str, second: str, through: str | None = None) -> Closing:
    """Do what was previewed, in one transaction, signed by two; afterwards there is nothing left to close.

    Raises `Refused`: `preview-first` when nothing was previewed or the figures have changed since,
    `nothing-ended`, `not-ended-yet` for a day that is not over, `day-unreadable`, `second-needed`,
    `role-may-not`.
    """
    if not second or second == actor:
        raise Refused("second-needed")
    with terminal.write() as writing:
        conn = writing.conn
        staff.require(conn, actor, "close-year")
        staff.require(conn, second, "close-year")
        last = _through(conn, through)
        if last >= writing.day:
            raise Refused("not-ended-yet")
        closing = _closing(conn, terminal, last)
        if not closing.lines:
            raise Refused("nothing-ended")
        if cursors.get(conn, SEEN) != _seen(closing):
            raise Refused("preview-first")
        for line in closing.lines:
            body = {
                "hh": line.household,
                "from": [list(part) for part in line.buckets],
                "saved": line.saved_tenths,
                "expired": line.expired_tenths,
                "through": last,
            }
            writing.append("expire", body, actor, second)
    return closing


def carry_out(writing: Writing, order: str, body: Mapping[str, Any]) -> None:
    """Close the ended points of the one household an order names, or write `order-refused` with the reason.

    The codes: `order-unknown`, `not-ended-yet`, `not-home`, `nothing-ended`.
    """
    try:
        wanted = msgspec.convert(body, ExpireOrder)
    except msgspec.ValidationError:
        writing.append("order-refused", {"order": order, "code": "order-unknown"})
        return
    code = "" if wanted.through < writing.day else "not-ended-yet"
    if writing.conn.execute(_HOME, {"b_id": wanted.hh}).scalar() != writing.terminal:
        code = "not-home"
    row = writing.conn.execute(_POT, {"b_household": wanted.hh}).first()
    buckets = [tuple(part) for part in writing.conn.execute(_BUCKETS, {"b_household": wanted.hh})]
    cap = writing.settings.rules.saved_most_points * 10
    done = measures.close(buckets, wanted.through, row.saved if row else 0, cap)
    code = code or ("" if done.taken else "nothing-ended")
    if code:
        writing.append("order-refused", {"order": order, "code": code})
        return
    taken = [list(part) for part in done.taken]
    sums = {"saved": done.saved, "expired": done.expired, "through": wanted.through}
    writing.append("expire", {"hh": wanted.hh, "from": taken, **sums, "order": order})


def _closing(conn: Connection, terminal: Terminal, through: str) -> Closing:
    cap = terminal.settings.rules.saved_most_points * 10
    lines = []
    for who, name, saved, buckets in _ending(conn, terminal, through):
        done = measures.close(buckets, through, saved, cap)
        lines.append(
            Ended(
                household=who,
                name=name,
                buckets=done.taken,
                saved_tenths=done.saved,
                expired_tenths=done.expired,
            )
        )
    return Closing(
        through=through,
        lines=tuple(lines),
        saved_tenths=sum(line.saved_tenths for line in lines),
        expired_tenths=sum(line.expired_tenths for line in lines),
    )


def _ending(
    conn: Connection, terminal: Terminal, through: str
) -> Iterator[tuple[str, str, int, list[tuple[str, int]]]]:
    """(household, name, saved tenths, buckets ended by `through`) of each at home here, by number.

    A guest's points end at home: they go back with their days.
    """
    found: dict[str, tuple[str, str, int, list[tuple[str, int]]]] = {}
    for row in conn.execute(_ENDING, {"b_through": through, "b_home": terminal.identity.terminal}):
        one = found.setdefault(row.household, (row.household, row.name or "", row.saved, []))
        one[3].append((row.expires, row.tenths))
    yield from found.values()


def _through(conn: Connection, through: str | None) -> str:
    if through is None:
        return day_after(_day(conn), -1)
    if not is_day(through):
        raise Refused("day-unreadable")
    return through


def _day(conn: Connection) -> str:
    day: str | None = conn.execute(_DAY).scalar()
    if day is None:
        raise Refused("nothing-ended")  # a ledger without its first day
    return day


def _seen(closing: Closing) -> int:
    """A fingerprint of everything that was shown."""
    digest = hashlib.sha256(msgspec.json.encode(closing)).digest()
    return int.from_bytes(digest[:8], "big") >> (64 - SEEN_BITS)


_DAY = select(state.c.value).where(state.c.name == "day")
_HOME = select(household.c.home).where(household.c.id == bindparam("b_id"))
_POT = select(pot.c.saved).where(pot.c.household == bindparam("b_household"))
_BUCKETS = select(bucket.c.expires, bucket.c.tenths).where(
    bucket.c.household == bindparam("b_household"), bucket.c.tenths > 0
)
_ENDING = (
    select(bucket.c.household, bucket.c.expires, bucket.c.tenths, household.c.name, pot.c.saved)
    .select_from(
        bucket.join(pot, pot.c.household == bucket.c.household).join(
            household, household.c.id == bucket.c.household
        )
    )
    .where(bucket.c.tenths > 0, bucket.c.expires != "", bucket.c.expires <= bindparam("b_through"))
    .where(household.c.home == bindparam("b_home"))
    .order_by(bucket.c.household, bucket.c.expires)
)
