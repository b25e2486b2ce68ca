"""Who works here. Cards and PINs of staff come from the county alone: nothing is changed at a terminal."""

from __future__ import annotations

from typing import Any

from kiosk.ui import form
from kiosk.ui.tasks.at import At
from kiosk.ui.tasks.steps import Row, Task, Told

GROUP = "staff"


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
        icon="user",
        act="look",
        steps=(),
        run=lambda at: at.services.staff.listing(at.terminal),
        told=_listed,
        at_once=True,
    ),
)
