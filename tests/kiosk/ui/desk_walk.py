"""Every page of the manager's desk with something on it, on the real village; for fits and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.kiosk.ui.real import Place
from tests.kiosk.ui.rig import Rig

SAVED = ("存好了", "Saved")
WHOLE = ("账本完好", "The books are whole")
WAITING = 6  # what the village has not sent, as the page of the line counts it
SCROLLS = (
    "collector",
    "shelf-unknown",
    "find-list",
    "books",
    "books-written",
    "devices-ports",
    "devices-log",
    "more",
    "collector-member",
    "line",
    "inspect",
    "session",
    "session-open",
)


def sign_in(rig: Rig, place: Place, who: str) -> None:
    """By staff card and PIN."""
    rig.do("scan", place.cards[who])
    rig.window.wait_for("sign-in")
    for digit in place.pins[who]:
        rig.window.tap(f"key-{digit}")
    rig.window.tap("sign-in")
    rig.window.wait_for("manager")


def door(rig: Rig, name: str) -> None:
    """Through a door of the first page, or of the page behind it."""
    state = rig.window.state()
    if not any(w["id"] == name and w["visible"] for w in state["widgets"]):
        rig.window.tap("more")
        rig.window.wait_for("more")
    rig.window.tap(name)


def home(rig: Rig) -> None:
    """Back to the first page."""
    rig.window.tap("back")
    rig.window.wait_for("manager")


def walk(rig: Rig, place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
    """As (name, state)."""
    window = rig.window
    rig.do("health", "camera", "camera", "ok", "")
    rig.do("health", "scanner", "serial-scanner", "ok", "")
    rig.do("health", "printer", "printer", "warning", "paper-near-end")
    sign_in(rig, place, "M037A")
    rig.do("line", False, WAITING)
    yield "manager", window.settled()
    if any(w["id"] == "more" and w["visible"] for w in window.state()["widgets"]):
        window.tap("more")
        yield "more", window.wait_for("more")
        home(rig)
    window.tap("find") if any(w["id"] == "find" for w in window.state()["widgets"]) else door(rig, "find")
    window.tap("by-name")
    window.tap("key-Z")
    window.tap("search")
    yield (
        "find-list",
        window.wait_for("find", where=lambda s: any(w["id"] == "found-0217" for w in s["widgets"])),
    )
    home(rig)
    rig.do("scan", place.cards["0370217"])
    window.wait_for("redeem")
    rig.do("scan", place.barcodes["soap"])
    window.tap("collector")
    window.tap("relation-member")
    yield (
        "collector-member",
        window.wait_for("collector", where=lambda s: any(w["id"] == "person-0" for w in s["widgets"])),
    )
    window.tap("relation-neighbour")
    for digit in "0101":
        window.tap(f"key-{digit}")
    window.tap("search")
    yield (
        "collector",
        window.wait_for("collector", where=lambda s: any(w["id"] == "person-0" for w in s["widgets"])),
    )
    window.tap("person-0")
    yield "redeem-collector", window.wait_for("redeem")
    rig.do("scan", "6999999999994")
    yield "shelf-unknown", window.wait_for("shelf")
    window.tap("back")
    window.tap("cancel")
    window.wait_for("manager")
    rig.do("scan", place.cards["0370103"])
    window.wait_for("redeem")
    rig.do("scan", place.barcodes["soap"])
    window.tap("confirm")
    yield "confirm-pin", window.wait_for("confirm")
    window.tap("no")
    window.tap("cancel")
    window.wait_for("manager")
    door(rig, "session")
    window.wait_for("session", where=lambda s: any(w["id"] == "bag-4" for w in s["widgets"]))
    yield "session-open", window.settled()
    window.tap("call-next")
    yield "session", window.settled()
    rig.do("scan", place.slips[1])
    yield "confirm-held", window.wait_for("confirm")
    window.tap("no")
    window.wait_for("session")
    home(rig)
    door(rig, "books")
    yield (
        "books",
        window.wait_for("books", where=lambda s: any(w["id"] == "book-red-list" for w in s["widgets"])),
    )
    window.tap("write")
    yield (
        "books-written",
        window.wait_for(
            "books", where=lambda s: any(w["text"].startswith(SAVED) for w in s["widgets"]), timeout_s=60
        ),
    )
    home(rig)
    door(rig, "devices")
    yield "devices", window.wait_for("devices")
    window.tap("test-camera")
    window.wait_for("device-test")
    rig.do("scan", place.cards["0370217"], 0, "camera", "QR")
    yield "device-test", window.wait_for("device-test", where=lambda s: "QR" in str(s["widgets"]))
    window.tap("back")
    window.tap("view-ports")
    yield "devices-ports", window.settled()
    window.tap("view-log")
    yield "devices-log", window.settled()
    home(rig)
    door(rig, "line")
    yield "line", window.settled()
    home(rig)
    window.tap("sign-out")
    window.wait_for("attract")
    sign_in(rig, place, "S037A")
    yield "manager-supervisor", window.settled()
    door(rig, "inspect")
    window.wait_for("inspect", where=lambda s: sum(w["visible"] for w in s["widgets"]) > 20)
    window.tap("verify")
    window.wait_for(
        "inspect", where=lambda s: any(w["text"].startswith(WHOLE) for w in s["widgets"]), timeout_s=60
    )
    yield "inspect", window.settled()
    home(rig)
    window.tap("sign-out")
    window.wait_for("attract")
    sign_in(rig, place, "T037A")
    yield "manager-technician", window.settled()
    window.tap("sign-out")
    window.wait_for("attract")
