"""tap_to_response: from a touch's X event to the flipped frame with the pressed look, or the next page."""

from __future__ import annotations

import json
import random
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from drivers.scanner.simulated import ScannerFarEnd
from kiosk.demo.display import virtual_display
from kiosk.demo.seed import Places, seed, write_config
from kiosk.ui.flow import PAGES
from kiosk.ui.inspect_client import Window
from tests.bench.figures import Figure, figure, percentile
from tests.bench.finger import Finger
from tests.bench.program import Program, started

SIZES = ((1280, 800), (1920, 1080))
ROUNDS = 4
HELD_S = 0.06
PAUSE_S = (0.15, 0.4)
CALM_EVERY = 12  # now and then nobody has touched the screen for a while:
CALM_S = 4.5  # longer than it takes the screen to fall into its slow step (kiosk.ui.pace)
SEED, CARD, MANAGER = 37, "0370217", "M037A"
ALONE = ("see-shelf", "search", "key-D", "back", "see-notices", "tab-rules", "tab-honours", "back")
ACCOUNT = ("pots", "back", "history", "back", "see-all", "show-affordable", "back", "exit")
DESK = ("points", "group-goods", "group-day", "home", "more", "devices", "back", "sign-out")


def measure(folder: Path) -> list[Figure]:
    """The same taps in two sizes of window, on a seeded village."""
    village = folder / "village"
    seed(village, Places())
    demo = json.loads((village / "demo.json").read_text("utf-8"))
    found = []
    for width, height in SIZES:
        with virtual_display(width, height) as display, ScannerFarEnd() as scanner:
            write_config(village, Places(scanner=scanner.address), {"width": width, "height": height})
            taps = _Taps(village, display, scanner, demo)
            try:
                took_ms = taps.play()
            finally:
                taps.close()
        found.append(
            figure(
                f"tap_to_response_{width}x{height}",
                percentile(took_ms, 95),
                "ms",
                goal="value <= 100",
                about=f"p95 of {len(took_ms)} taps; median {percentile(took_ms, 50):.0f}",
            )
        )
    return found


class _Taps:
    """A window, a finger, and what the program tells of its frames."""

    def __init__(self, folder: Path, display: str, scanner: ScannerFarEnd, demo: dict[str, Any]) -> None:
        self._parts = ExitStack()
        inspect = folder / "inspect.sock"
        self._program: Program = self._parts.enter_context(
            started("tests.bench.framed", folder, display, "--inspect", str(inspect))
        )
        self._finger = self._parts.enter_context(Finger(display))
        self._window = Window(inspect, display)
        self._scanner, self._demo = scanner, demo
        self._chance = random.Random(SEED)
        self._took_ms: list[float] = []

    def play(self) -> list[float]:
        """Every tap's milliseconds; the first round only warms up."""
        self._window.wait_for(
            where=lambda s: s["pages"] == len(PAGES) and s["devices"].get("scanner") == "ok", timeout_s=90
        )
        for number in range(1 + ROUNDS):
            self._round()
            if number == 0:
                self._took_ms.clear()
        return self._took_ms

    def close(self) -> None:
        """Let go of everything."""
        self._window.close()
        self._parts.close()

    def _round(self) -> None:
        for name in ALONE:
            self._tap(name)
        self._show("households", CARD, "account")
        for name in ACCOUNT:
            self._tap(name)
        self._show("staff", MANAGER, "sign-in")
        for digit in next(one["pin"] for one in self._demo["staff"] if one["id"] == MANAGER):
            self._tap(f"key-{digit}")
        self._tap("sign-in")
        self._window.wait_for("manager")
        for name in DESK:
            self._tap(name)

    def _show(self, kind: str, who: str, screen: str) -> None:
        self._window.wait_for("attract")
        self._scanner.scan(next(one["card"] for one in self._demo[kind] if one["id"] == who))
        self._window.wait_for(screen)

    def _tap(self, name: str) -> None:
        """One tap, measured; a page that is on its way is waited for first."""
        place = self._window.still(name)
        calm = self._chance.randrange(CALM_EVERY) == 0
        time.sleep(CALM_S if calm else self._chance.uniform(*PAUSE_S))
        page = self._window.state()["screen"]
        begun_s = self._finger.press(place["x"] + place["w"] // 2, place["y"] + place["h"] // 2)
        time.sleep(HELD_S)
        self._finger.lift()
        while True:
            facts = self._program.told()
            if facts["at_s"] > begun_s and (facts["pressed"] == name or facts["page"] != page):
                break
        self._took_ms.append((facts["at_s"] - begun_s) * 1e3)
