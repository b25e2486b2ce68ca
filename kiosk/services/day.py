"""The business day: moved by the clock when it may be trusted, else by a person; forward only."""

from __future__ import annotations

from kiosk.ledger.refusals import Refused
from kiosk.services import staff
from kiosk.services.clock import day_after, is_day
from kiosk.services.terminal import Terminal

MOST_DAYS_BY_PERSON = 366  # beyond a dead clock; more is a slip of the finger


def follow_clock(terminal: Terminal) -> None:
    """Open the day that the clock or the county says, if one is due; nothing otherwise.

    Raises what `Terminal.write` raises.
    """
    with terminal.write():
        pass  # every write transaction opens the day that is due


def _latest(day: str, clock_day: str) -> str:
    """How far a person may move the day: to the clock's, or, where the clock lies in the past, a year on."""
    return clock_day if clock_day > day else day_after(day, MOST_DAYS_BY_PERSON)


def open_by_person(terminal: Terminal, day: str, staff_id: str) -> str:
    """Open `day` on a person's word, when the clock can't be trusted that far; returns the day.

    Raises `Refused`: `day-unreadable`, `day-not-later` (also for a day behind the clock's), `role-may-not`.
    """
    if not is_day(day):
        raise Refused("day-unreadable")
    with terminal.write() as writing:
        staff.require(writing.conn, staff_id, "day")
        if not writing.day < day <= _latest(writing.day, terminal.clock.today()):
            raise Refused("day-not-later", day=writing.day)
        writing.open_day(day, "person", staff_id)
    return day
