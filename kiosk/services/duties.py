"""What waits for somebody of a role at this terminal, counted; doing it is each noun's own service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from kiosk.services import (
    alerts,
    appeals,
    books,
    declare,
    delivery,
    inspection,
    loans,
    notices,
    printing,
    sessions,
    void,
)
from kiosk.services.clock import days_between
from kiosk.services.roles import may
from kiosk.services.terminal import Terminal

SOON_DAYS = 7  # a collective day is on the list this many days ahead


class Duty(NamedTuple):
    """One kind of thing to do: how much of it, the day it is due ("" for none), whether that is over."""

    code: str
    number: int
    due: str = ""
    late: bool = False


def duties(terminal: Terminal, role: str) -> tuple[Duty, ...]:
    """What somebody of `role` has to look after on the business day, what is late first."""
    found = [duty for act, look in _LOOKS if may(role, act) for duty in look(terminal)]
    return tuple(sorted(found, key=lambda duty: not duty.late))


def _voids(terminal: Terminal) -> Iterator[Duty]:
    if waiting := void.waiting(terminal):
        yield Duty("voids", len(waiting))


def _declarations(terminal: Terminal) -> Iterator[Duty]:
    if waiting := declare.declarations(terminal, "declared"):
        yield Duty("declarations", len(waiting))


def _notices(terminal: Terminal) -> Iterator[Duty]:
    over = [one for one in notices.notices(terminal) if one.over and one.states.get("noticed")]
    if over:
        yield Duty("notices", sum(one.states["noticed"] for one in over), min(one.until for one in over))


def _appeals(terminal: Terminal) -> Iterator[Duty]:
    if waiting := appeals.cases(terminal):
        yield Duty(
            "appeals",
            len(waiting),
            min(one.due for one in waiting),
            late=any(one.overdue for one in waiting),
        )


def _deliveries(terminal: Terminal) -> Iterator[Duty]:
    if waiting := delivery.waiting(terminal):
        yield Duty("deliveries", len(waiting))


def _loans(terminal: Terminal) -> Iterator[Duty]:
    late = [one for one in loans.loans(terminal) if one.overdue]
    if late:
        yield Duty("loans", len(late), min(one.due for one in late), late=True)


def _to_mend(terminal: Terminal) -> Iterator[Duty]:
    yield from _findings(terminal, "open", "findings")


def _to_recheck(terminal: Terminal) -> Iterator[Duty]:
    yield from _findings(terminal, "answered", "rechecks")


def _findings(terminal: Terminal, state: str, code: str) -> Iterator[Duty]:
    found = [one for one in inspection.findings(terminal) if one.state == state]
    if found:
        late = any(one.overdue for one in found)
        yield Duty(code, len(found), min(one.due for one in found), late=late)


def _shelf(terminal: Terminal) -> Iterator[Duty]:
    found = alerts.alerts(terminal)
    if found.expired:
        yield Duty("expired", len(found.expired), found.expired[0].best_before, late=True)
    if found.near:
        yield Duty("near", len(found.near), found.near[0].best_before)


def _sessions(terminal: Terminal) -> Iterator[Duty]:
    day = books.today(terminal).day
    ahead = [
        one for one in sessions.sessions(terminal) if day and 0 <= days_between(day, one.day) <= SOON_DAYS
    ]
    if ahead:
        nearest = min(ahead, key=lambda one: one.day)
        yield Duty("session", nearest.taken, nearest.day)


def _slips(terminal: Terminal) -> Iterator[Duty]:
    if waiting := printing.waiting(terminal):
        yield Duty("slips", waiting)


_LOOKS: tuple[tuple[str, Callable[[Terminal], Iterator[Duty]]], ...] = (
    ("void", _voids),
    ("review", _declarations),
    ("decide", _appeals),
    ("publish", _notices),
    ("redeem", _shelf),
    ("session", _sessions),
    ("deliver", _deliveries),
    ("repay", _loans),
    ("fix", _to_mend),
    ("inspect", _to_recheck),
    ("reprint", _slips),
)
