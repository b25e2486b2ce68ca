"""One terminal of the demo as people sit before it: cards held up, goods scanned, taps, typed commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from drivers.printer.simulated import PrinterFarEnd
from drivers.scanner.cascade import LIFT_S
from drivers.scanner.simulated import CameraFarEnd, ScannerFarEnd
from kiosk.demo import proof
from kiosk.services.terminal import DATABASE_FILE
from kiosk.ui.inspect_client import Window

SHORT_WAIT_S, START_WAIT_S, COMMAND_MOST_S = 10.0, 25.0, 60.0
FRAME_LATE_S = 0.5
_RESTING = ("attract", "manager", "next")
_WAY_OUT = {"message": "ok", "account": "exit", "redeem": "cancel", "done": "next"}


@dataclass
class Seat:
    """A window with the camera, scanner and printer beside it, and who serves there."""

    name: str  # of the centre
    window: Window
    camera: CameraFarEnd
    scanner: ScannerFarEnd
    printer: PrinterFarEnd
    config: Path
    data_dir: Path
    manager: str
    pin: str
    staff_card: Path
    slips: int = 0  # that were seen already
    _taken_away_s: dict[Path, float] = field(default_factory=dict)

    @property
    def database(self) -> Path:
        """Its books."""
        return self.data_dir / DATABASE_FILE

    def show(self, card: Path, screen: str, code: str = "") -> None:
        """Hold a card up until the page is there; `code`: of the refusal it must be."""
        free_s = self._taken_away_s.get(card, 0.0) + LIFT_S + FRAME_LATE_S
        time.sleep(max(0.0, free_s - time.monotonic()))  # sooner it is the same card, still held up
        self.camera.hold_up(card)
        try:
            self.window.wait_for(
                screen=screen, where=lambda state: not code or state["code"] == code, timeout_s=SHORT_WAIT_S
            )
        finally:
            self.camera.take_away()
            self._taken_away_s[card] = time.monotonic()

    def rest(self) -> None:
        """Away from whatever is shown, to the page that waits for somebody."""
        screen = self.window.state()["screen"]
        if screen not in _RESTING:
            self.window.tap(_WAY_OUT[screen])
        self.window.wait_for(where=lambda state: state["screen"] in _RESTING, timeout_s=SHORT_WAIT_S)

    def sign_in(self) -> None:
        """The manager, by card and PIN."""
        self.window.wait_for(screen="attract", timeout_s=SHORT_WAIT_S)
        self.show(self.staff_card, "sign-in")
        for digit in self.pin:
            self.window.tap(f"key-{digit}")
        self.window.tap("sign-in")
        self.window.wait_for(screen="manager", timeout_s=SHORT_WAIT_S)

    def basket(self, card: Path, goods: tuple[tuple[str, str], ...]) -> None:
        """A resident at the desk and goods (barcode, name) in the basket."""
        if self.window.state()["screen"] == "manager":
            self.window.tap("start")
        self.show(card, "redeem")
        for barcode, name in goods:
            self.scanner.scan(barcode)
            self.window.wait_for(screen="redeem", text=name, timeout_s=SHORT_WAIT_S)

    def confirm(self) -> None:
        """The resident agrees."""
        self.window.tap("confirm")
        self.window.wait_for(screen="confirm", timeout_s=SHORT_WAIT_S)
        self.window.tap("yes")
        self.window.wait_for(screen="done", timeout_s=SHORT_WAIT_S)

    def command(self, *words: str, refused: str = "") -> dict[str, Any]:
        """`kiosk … --json` here, in a process of its own beside the screens, signed by the manager.

        `refused`: the code of the refusal it must end with.
        """
        answer = self._run(*words, "--staff", self.manager)
        assert answer.get("refused", "") == refused, answer
        return answer

    def exchange(self) -> None:
        """Exchange with the county now; the screens would too, but take their time after a long cut."""
        self._run("sync", "--once")

    def new_slips(self, out: Path, prefix: str, count: int) -> list[str]:
        """Draw the slips that were cut since the last time, at least `count`; their file names."""
        deadline_s = time.monotonic() + SHORT_WAIT_S
        while len(cut := [slip for slip in self.printer.slips() if slip.cut]) < self.slips + count:
            assert time.monotonic() < deadline_s, f"{len(cut) - self.slips} of {count} slips were cut"
            self.printer.wait_until_idle(0.2)
        names = []
        for place, slip in enumerate(cut[self.slips :], self.slips + 1):
            names.append(f"{prefix}-{place:02}.png")
            self.printer.picture(slip).save(out / names[-1])
        self.slips = len(cut)
        return names

    def picture(self, path: Path) -> None:
        """The window as it stands, once it stands."""
        self.window.come_to_rest()
        self.window.screenshot(path)

    def _run(self, *words: str) -> dict[str, Any]:
        command = [sys.executable, "-m", "kiosk", "--config", str(self.config), *words, "--json"]
        ran = subprocess.run(
            command,
            env={**os.environ, "KIOSK_PIN": self.pin},
            capture_output=True,
            text=True,
            timeout=COMMAND_MOST_S,
            check=False,
        )
        assert ran.returncode in (0, 3), ran.stderr
        answer: dict[str, Any] = json.loads(ran.stdout)
        return answer

    def holds(self, household: str) -> int:
        """Available tenths of a household here, folded from the raw journal."""
        return proof.journal_balance(self.database, household)
