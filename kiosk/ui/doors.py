"""Where somebody who is signed in can go from the first page, by role; draws nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kiosk.services.roles import may
from kiosk.ui.tasks import catalogue

FIRST = {"technician": "devices", "supervisor": "inspect"}  # what somebody of a role mostly comes for
BIG = 3  # doors that are large on the first page


@dataclass(frozen=True, slots=True)
class Door:
    """One way on. Its words are `ui.door.<name>` and `ui.door.<name>_how`."""

    name: str
    icon: str
    page: str
    acts: tuple[str, ...] = ()  # whoever may do one of them sees the door; () for everybody
    facts: dict[str, Any] = field(default_factory=dict)


DOORS: tuple[Door, ...] = (  # in the order people need them
    Door("start", "card", "next", ("redeem",)),
    Door("points", "star", "tasks", facts={"group": "points"}),
    Door("stock", "box", "tasks", facts={"group": "goods"}),
    Door("find", "search", "find", ("redeem",)),
    Door("session", "calendar", "session", ("session",)),
    Door("month", "megaphone", "tasks", facts={"group": "month"}),
    Door("slips", "undo", "tasks", facts={"group": "redeem"}),
    Door("cards", "bank-card", "tasks", facts={"group": "cards"}),
    Door("day", "checklist", "tasks", facts={"group": "day"}),
    Door("books", "doc", "books", ("export",)),
    Door("goods", "basket", "shelf", ()),
    Door("inspect", "clipboard", "inspect", ("inspect", "verify")),
    Door("staff", "users", "tasks", facts={"group": "staff"}),
    Door("devices", "print", "devices", ("devices",)),
    Door("line", "online", "line", ("devices", "audit")),
)


def of(role: str) -> tuple[Door, ...]:
    """The doors that somebody of `role` sees, what they mostly come for first."""
    groups = catalogue.groups(role)
    mine = [
        door
        for door in DOORS
        if (
            door.facts["group"] in groups
            if door.page == "tasks"
            else not door.acts or any(may(role, act) for act in door.acts)
        )
    ]
    return tuple(sorted(mine, key=lambda door: door.name != FIRST.get(role)))
