"""day: a day's sessions at one running terminal: memory flat, no thread and no descriptor left behind.

KIOSK_DAY_SESSIONS=300 plays the whole day in 24 minutes; without it a short one, as fast as the screens go.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from drivers.scanner.cascade import LIFT_S
from kiosk.demo.display import virtual_display
from kiosk.demo.village import Village
from kiosk.ui.inspect_client import Window
from tests.bench.figures import Figure, figure

SESSIONS_SHORT = 24
SESSIONS = int(os.environ.get("KIOSK_DAY_SESSIONS") or SESSIONS_SHORT)
SESSION_S = 4.8 if SESSIONS > SESSIONS_SHORT else 0.0  # 300 of them in 24 minutes
REDEEM_EVERY = 5
WARM_UP = max(2 * REDEEM_EVERY, SESSIONS // 6)  # pages, glyphs, statements, the first slips
BUYER = "0379001"  # a household without limits
MANAGER = "M037A"
GOODS = "salt"
WAIT_S = 20.0
START_S = 120.0


@dataclass(frozen=True)
class Use:
    """What the terminal's program and its children hold."""

    memory_mb: float
    threads: int
    descriptors: int


def measure(folder: Path) -> list[Figure]:
    """Cards before the camera at its own rate; every fifth session the manager redeems and prints."""
    with at_work(folder) as (village, window):
        pid = pid_of(village)
        early = use(pid)
        for number in range(1, SESSIONS + 1):
            due_s = time.monotonic() + SESSION_S
            (redeem if number % REDEEM_EVERY == 0 else _look_up)(village, window, number)
            time.sleep(max(0.0, due_s - time.monotonic()))
            if number == WARM_UP:
                early = use(pid)
        late = use(pid)
    about = f"after {SESSIONS} sessions; reference: after {WARM_UP}"
    flat = "ratio <= 1.05" if SESSIONS > SESSIONS_SHORT else ""
    return [
        figure("day_memory", late.memory_mb, "MB", reference=early.memory_mb, goal=flat, about=about),
        figure("day_threads", late.threads, "", reference=early.threads, goal="ratio <= 1", about=about),
        figure(
            "day_descriptors",
            late.descriptors,
            "",
            reference=early.descriptors,
            goal="ratio <= 1",
            about=about,
        ),
    ]


@contextmanager
def at_work(folder: Path) -> Iterator[tuple[Village, Window]]:
    """A village in `folder` that is switched on, and its terminal's window with all pages made."""
    size = {"width": 1024, "height": 600}
    with virtual_display(1024, 600) as display, Village(folder / "village", size) as village:
        village.power_on(display)
        window = Window(village.inspect_socket, display)
        _wait_ready(window)
        yield village, window
        window.close()


def _wait_ready(window: Window) -> None:
    """All pages are made and both readers listen; a busy machine is given time to answer."""
    end_s = time.monotonic() + START_S
    while True:
        try:
            window.wait_for("attract", where=_listens, timeout_s=WAIT_S)
            return
        except AssertionError:
            if time.monotonic() > end_s:
                raise


def _listens(state: dict[str, Any]) -> bool:
    return state["pages"] >= 13 and all(state["devices"].get(name) == "ok" for name in ("camera", "scanner"))


def pid_of(village: Village) -> int:
    assert village.pid is not None
    return village.pid


def fact(village: Village, kind: str, key: str, value: str, wanted: str) -> str:
    return str(next(row[wanted] for row in village.demo[kind] if row[key] == value))


def _look_up(village: Village, window: Window, number: int) -> None:
    """A resident holds the card up, reads, and leaves."""
    households = {row["id"] for row in village.demo["households"]}
    cards = [path for path in sorted((village.folder / "cards").glob("*.png")) if path.stem in households]
    village.camera.hold_up(cards[number % len(cards)])
    window.wait_for("account", timeout_s=WAIT_S)
    village.camera.take_away()
    window.tap("exit")
    window.wait_for("attract", timeout_s=WAIT_S)


def redeem(village: Village, window: Window, number: int) -> None:
    """The manager signs in, hands out one piece, and signs out; two slips are printed."""
    village.scanner.scan(fact(village, "staff", "id", MANAGER, "card"))
    window.wait_for("sign-in", timeout_s=WAIT_S)
    for digit in fact(village, "staff", "id", MANAGER, "pin"):
        window.tap(f"key-{digit}")
    window.tap("sign-in")
    window.wait_for("manager", timeout_s=WAIT_S)
    village.scanner.scan(fact(village, "households", "id", BUYER, "card"))
    window.wait_for("redeem", timeout_s=WAIT_S)
    village.scanner.scan(fact(village, "items", "sku", GOODS, "barcode"))
    window.wait_for("redeem", text=fact(village, "items", "sku", GOODS, "name"), timeout_s=WAIT_S)
    window.tap("confirm")
    window.wait_for("confirm", timeout_s=WAIT_S)
    window.tap("yes")
    window.wait_for("done", timeout_s=WAIT_S)
    window.tap("next")
    window.wait_for("next", timeout_s=WAIT_S)
    window.tap("back")
    window.wait_for("manager", timeout_s=WAIT_S)
    window.tap("sign-out")
    window.wait_for("attract", timeout_s=WAIT_S)
    time.sleep(LIFT_S)  # the next resident comes from the queue, not out of thin air


def use(pid: int) -> Use:
    """What a process and its children hold now."""
    pids = [pid, *_children(pid)]
    status = [Path(f"/proc/{one}/status").read_text("ascii", "replace") for one in pids]
    value = {word: sum(int(_after(text, word)) for text in status) for word in ("VmRSS", "Threads")}
    descriptors = sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in pids)
    return Use(value["VmRSS"] / 1024, value["Threads"], descriptors)


def _after(text: str, word: str) -> str:
    return next(line.split()[1] for line in text.splitlines() if line.startswith(f"{word}:"))


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(one) for one in (task / "children").read_text("ascii").split()]
    return found
