"""memory_sessions: what a terminal holds after a thousand sessions, beside what it held after fifty.

As fast as the screens go: cards by the hand scanner, every twentieth session a redemption with its slips.
KIOSK_SESSIONS=200 for a shorter run.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from kiosk.demo.village import Village
from kiosk.ui.inspect_client import Window
from tests.bench.day import WAIT_S, at_work, pid_of, redeem, use
from tests.bench.figures import Figure, figure
from tests.bench.finger import Finger

SESSIONS = int(os.environ.get("KIOSK_SESSIONS") or 1000)
EARLY = 50
REDEEM_EVERY = 20
PRESSED_S = 0.03


def measure(folder: Path) -> list[Figure]:
    """Memory, threads and descriptors of the terminal's program and its children."""
    with at_work(folder) as (village, window):
        pid, begun_s = pid_of(village), time.monotonic()
        early = use(pid)
        with Finger(window.display) as finger:
            for number in range(1, SESSIONS + 1):
                if number % REDEEM_EVERY == 0:
                    redeem(village, window, number)
                else:
                    _look_up(village, window, finger, number)
                if number == EARLY:
                    early = use(pid)
        late, took_s = use(pid), time.monotonic() - begun_s
    return [
        figure(
            "memory_sessions",
            late.memory_mb,
            "MB",
            reference=early.memory_mb,
            goal="ratio <= 1.05",
            about=f"after {SESSIONS} sessions in {took_s / 60:.0f} minutes, {late.threads} threads, "
            f"{late.descriptors} descriptors; reference: after {EARLY}, {early.threads} threads, "
            f"{early.descriptors} descriptors",
        )
    ]


def _look_up(village: Village, window: Window, finger: Finger, number: int) -> None:
    """A resident scans, reads, looks at a page more, and leaves; never twice the same one in a row."""
    people = village.demo["households"]
    village.scanner.scan(people[number % len(people)]["card"])
    window.wait_for("account", timeout_s=WAIT_S)
    further = ("pots", "history", "see-all", "board")[number % 4]
    for name, page in ((further, ""), ("back", "account"), ("exit", "attract")):
        place = window.still(name)
        finger.press(place["x"] + place["w"] // 2, place["y"] + place["h"] // 2)
        time.sleep(PRESSED_S)
        finger.lift()
        window.wait_for(
            page, where=lambda state, page=page: bool(page) or state["screen"] != "account", timeout_s=WAIT_S
        )
