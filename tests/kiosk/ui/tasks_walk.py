"""Through every kind of page that tasks have, each with something on it, on the demo village."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kiosk.ui.tasks import catalogue
from tests.kiosk.ui.rig import shows
from tests.kiosk.ui.tasks_rig import GRID, MANAGER, REVIEWER, TasksRig

GROUPS = ("redeem", "points", "month", "goods", "cards", "day", "staff")


def walk(rig: TasksRig) -> Iterator[tuple[str, dict[str, Any]]]:
    """(name, state) of page after page; the state is read again by who wants it settled."""
    window = rig.window
    rig.do("prepare", "sold")
    rig.enter(MANAGER, "redeem")
    for group in GROUPS:
        window.tap(f"group-{group}")
        first = f"task-{catalogue.offered('manager', group)[0].name}"
        yield f"tasks-{group}", window.wait_for("tasks", where=shows(first))
    yield from _return(rig)
    yield from _receive(rig)
    yield from _earn(rig)


def _return(rig: TasksRig) -> Iterator[tuple[str, dict[str, Any]]]:
    window = rig.window
    rig.enter(MANAGER, "redeem")
    window.tap("task-return")
    yield "who", window.wait_for("task-who")
    window.tap("by-name")
    rig.type("ZDS")
    yield "who-typed", window.wait_for("task-who")
    window.tap("search")
    window.tap("found-0217")
    yield "sale", window.wait_for("task-pick")
    rig.tap_first("pick-")
    window.tap("pick-soap")
    yield "several", window.wait_for("task-pick")
    window.tap("next")
    yield "pieces", window.wait_for("task-number")
    window.tap("quick-all")
    window.tap("pick-damaged")
    window.tap("pick-goods")
    yield "second-card", window.wait_for("task-second")
    rig.second(REVIEWER)
    yield "confirm-return", window.wait_for("task-confirm")
    window.tap("go")
    yield "done-return", window.wait_for("task-done")
    window.tap("again")
    window.wait_for("task-who")
    rig.hold(rig.card("0370105"))
    window.wait_for("task-pick")
    yield "nothing-to-pick", window.wait_for("task-pick")


def _receive(rig: TasksRig) -> Iterator[tuple[str, dict[str, Any]]]:
    window = rig.window
    rig.enter(MANAGER, "goods")
    window.tap("task-receive")
    yield "goods-empty", window.wait_for("task-goods")
    for item in rig.demo["items"][8::-1]:  # the last one is rice, which has a date
        rig.do("scan", item["barcode"])
        window.wait_for("task-goods", text=item["name"])
    rig.type("240")
    yield "goods", window.wait_for("task-goods", text="240")
    window.tap("by-date")
    rig.type("203")
    yield "goods-date", window.wait_for("task-goods", text="203_-__-__")
    rig.type("00131")
    window.tap("shelf")
    yield "goods-shelf", window.wait_for("task-goods")
    window.tap("shelf")
    window.tap("next")
    yield "fund", window.wait_for("task-pick")
    window.tap("pick-collective")
    window.tap("skip")
    yield "meeting", window.wait_for("task-number")
    window.tap("skip")
    yield "photo", window.wait_for("task-photo")
    window.tap("take")
    yield "photo-taken", window.wait_for("task-photo")
    window.tap("next")
    rig.second(REVIEWER)
    yield "confirm-receive", (state := window.wait_for("task-confirm"))
    if any(one["id"] == "page-next" for one in state["widgets"]):  # where not everything fits on one page
        window.tap("page-next")
        yield "confirm-more", window.wait_for("task-confirm")


def _earn(rig: TasksRig) -> Iterator[tuple[str, dict[str, Any]]]:
    window = rig.window
    rig.enter(GRID, "points")
    yield "tasks-grid", window.wait_for("tasks")
    window.tap("task-earn")
    yield "category", window.wait_for("task-pick")
    window.tap("pick-civility")
    yield "rule", window.wait_for("task-pick")
    window.tap("pick-tidy-yard")
    window.wait_for("task-who")
    for household in ("0370103", "0370104", "0370105", "0370106", "0370107"):
        rig.hold(rig.card(household))
        window.wait_for("task-who", text=household[-4:])
    yield "who-many", window.wait_for("task-who")
    window.tap("next")
    yield "points", window.wait_for("task-number")
    window.tap("quick-usual")
    yield "day", window.wait_for("task-number")
    window.tap("quick--1")
    window.tap("skip")
    rig.second(REVIEWER)
    window.tap("go")
    yield "done-some", window.wait_for("task-done")
    window.tap("leave")
    window.tap("task-deduct")
    window.wait_for("task-who")
    rig.hold(rig.card("0370103"))
    rig.play_on("pick-civility", "pick-*")
    window.wait_for("task-number")
    rig.type("999")
    window.tap("next")
    window.tap("quick-0")
    window.wait_for("task-photo")
    window.tap("take")
    window.tap("next")
    rig.second(REVIEWER)
    window.tap("go")
    yield "refused", window.wait_for("task-done")
    rig.enter(MANAGER, "redeem")
    window.tap("task-check-slip")
    yield "scan", window.wait_for("task-scan")
