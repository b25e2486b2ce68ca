"""Who works here; one's own PIN, and before two a forgotten one or a new staff card; somebody stopped."""

from __future__ import annotations

from typing import Any

from kiosk.services.staffing import REASONS
from kiosk.ui import form
from kiosk.ui.tasks.at import At
from kiosk.ui.tasks.common import words
from kiosk.ui.tasks.steps import Number, Option, Pick, Row, Second, Task, Told

GROUP = "staff"
WHY = Pick(name="why", options=words("staffing.why", REASONS))


def _others(at: At) -> list[Option]:
    """Who may be helped: everybody at work but the one who helps."""
    return [
        Option(key=one.id, title=at.tr(f"signed_in.{one.role}", name=form.masked(one.name)), figure=one.id)
        for one in at.services.staff.listing(at.terminal)
        if one.state == "active" and one.id != at.staff
    ]


WHOSE = Pick(name="whose", options=_others)


def _listed(at: At, found: Any) -> Told:
    rows = tuple(
        Row(
            title=at.tr(f"signed_in.{one.role}", name=form.masked(one.name)),
            value=one.id if one.state == "active" else at.tr.words(f"cards.{one.state}"),
        )
        for one in found
    )
    return Told(params={"n": len(rows)}, rows=rows)


TASKS = (
    Task(
        name="staff-list",
        group=GROUP,
        icon="users",
        act="look",
        steps=(),
        run=lambda at: at.services.staff.listing(at.terminal),
        told=_listed,
        at_once=True,
    ),
    Task(
        name="staff-pin",
        group=GROUP,
        icon="key",
        act="look",
        steps=(Number(name="old", kind="pin"), Number(name="pin", kind="pin")),
        run=lambda at: at.services.staffing.change_pin(at.terminal, at.staff, at["old"], at["pin"]),
    ),
    Task(
        name="staff-reset",
        group=GROUP,
        icon="refresh",
        act="staff",
        steps=(WHOSE, WHY, Number(name="pin", kind="pin"), Second(act="staff-agree")),
        run=lambda at: at.services.staffing.reset_pin(
            at.terminal, at["whose"], at["pin"], at["why"], at.staff, at.second
        ),
    ),
    Task(
        name="staff-card",
        group=GROUP,
        icon="card",
        act="staff",
        steps=(WHOSE, WHY, Second(act="staff-agree")),
        run=lambda at: at.services.staffing.issue_card(
            at.terminal, at["whose"], at["why"], at.staff, at.second
        ),
    ),
    Task(
        name="staff-stop",
        group=GROUP,
        icon="ban",
        act="staff",
        steps=(WHOSE, WHY),
        run=lambda at: at.services.staffing.stop(at.terminal, at["whose"], at["why"], at.staff),
    ),
)
