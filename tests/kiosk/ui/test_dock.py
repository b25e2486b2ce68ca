"""The dock beside a real terminal: every press is a real click, every effect is seen in the other process."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.ui.inspect_client import NotSeen, Window
from tests.kiosk.ui.rig import ROOT, UNDRAWN, Display

RESIDENT, MANAGER, PIN = "0370217", "M037A", "246810"
HOLD_WAIT_S = 15.0


class DockWindow(Window):
    """The dock; its widgets say where they are in the window, a click wants to know where on the display."""

    def click(self, x: int, y: int) -> None:
        """A real click at a place in the window."""
        state = self.state()
        super().click(x + state["left"], y + state["top"])

    def tap_in_a_hurry(self, first: str, second: str) -> None:
        """Press the second a fifth of a second after the first, and hold it for a tenth."""
        words: list[str] = []
        for name, pause_s, press_s in ((first, "0", "0.05"), (second, "0.15", "0.1")):
            words += ["mousemove", *self._middle(name), "sleep", pause_s]
            words += ["mousedown", "1", "sleep", press_s, "mouseup", "1"]
        self._xdotool(*words)

    def push(self, widget_id: str, right_px: int) -> None:
        """Push the strip that widget lies on."""
        grip = ("mousemove", *self._middle(widget_id), "mousedown", "1", "sleep", "0.05")
        step = ("mousemove_relative", "--", str(right_px // 8), "0", "sleep", "0.02")
        self._xdotool(*grip, *(step * 8), "mouseup", "1")

    def _middle(self, widget_id: str) -> tuple[str, str]:
        state, it = self.state(), self.still(widget_id, HOLD_WAIT_S)
        return str(it["x"] + it["w"] // 2 + state["left"]), str(it["y"] + it["h"] // 2 + state["top"])


class Both:
    """A village, its terminal and its dock on one display."""

    def __init__(self, folder: Path, seeded: Path, locale: str) -> None:
        self.folder = folder
        shutil.copytree(seeded, folder / "village")
        self.log = folder / "dock.log"
        self.display = Display(1700, 820)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    *(sys.executable, "-W", "error", "-m", "tests.kiosk.ui.dock_run"),
                    *(str(folder / "village"), locale, str(folder / "dock.sock")),
                ],
                cwd=ROOT,
                env={**os.environ, "DISPLAY": self.display.name, **UNDRAWN},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self.dock = DockWindow(folder / "dock.sock", self.display.name, 60.0)
            self.terminal = self.terminal_window()
        except OSError as error:
            self.process.kill()
            self.process.wait(10)
            self.display.close()
            raise AssertionError(f"no window: {error}\n{self.log.read_text()}") from error

    def terminal_window(self, page: str = "attract") -> Window:
        """The terminal that runs now, when it stands at `page`, or at any: a card held up decides."""
        window = Window(self.folder / "village" / "inspect.sock", self.display.name, 60.0)
        window.wait_for(page, where=lambda state: state["pages"] >= 13, timeout_s=60.0)
        return window

    def close(self) -> None:
        """End the dock as a person who stops `make run`; its log must be clean."""
        self.dock.close()
        self.terminal.close()
        self.process.terminate()
        code = self.process.wait(30)
        self.display.close()
        text = self.log.read_text()
        assert (code, "Traceback" in text) == (0, False), text


@pytest.fixture
def open_both(tmp_path: Path, seeded: tuple[Path, dict[str, Any]]) -> Iterator[Callable[[str], Both]]:
    """Open a village with its dock in a language."""
    opened: list[Both] = []

    def make(locale: str) -> Both:
        opened.append(Both(tmp_path, seeded[0], locale))
        return opened[-1]

    yield make
    for both in opened:
        both.close()


def _hold(both: Both, card: str, screen: str, where: Callable[[dict[str, Any]], bool] | None = None) -> None:
    both.dock.tap(card)
    both.dock.wait_for(where=lambda state: state["held"] == card)
    both.terminal.wait_for(screen, where=where, timeout_s=HOLD_WAIT_S)


def _process_of(both: Both) -> int:
    """The terminal's process, by the configuration it was started with."""
    config = str(both.folder / "village" / "config.toml").encode()
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0") if folder.name.isdigit() else []
        except OSError:  # it ended while we looked
            continue
        if config in words and b"run" in words:
            return int(folder.name)
    return 0


@pytest.mark.timeout(120)
def test_dock_plays_the_outside_world(open_both: Callable[[str], Both]) -> None:
    both = open_both("zh-CN")
    dock, terminal = both.dock, both.terminal
    _everything_fits_and_is_large_enough(dock, "zh-CN")
    _hold(both, RESIDENT, "account", lambda state: state["household_tail"] == "0217")
    dock.tap("away")
    dock.wait_for(where=lambda state: state["held"] == "")
    _hold(both, "forged", "message", lambda state: state["code"] == "card-forged")
    _hold(both, "foreign", "message", lambda state: state["code"] == "foreign-county")
    _hold(both, "lost", "message", lambda state: state["code"] == "card-revoked")
    dock.tap("away")
    terminal.tap("ok")
    terminal.wait_for("attract")
    _hold(both, "identity", "account", lambda state: state["household_tail"] == "0217")
    dock.tap("away")
    terminal.tap("exit")
    terminal.wait_for("attract")

    _hold(both, MANAGER, "sign-in")
    dock.tap("away")
    for digit in PIN:
        terminal.tap(f"key-{digit}")
    terminal.tap("sign-in")
    terminal.wait_for("manager")
    dock.tap("paper")
    dock.wait_for(where=lambda state: state["printer"] == "paper")
    terminal.wait_for("manager", text="没纸", timeout_s=HOLD_WAIT_S)
    dock.tap("line")
    dock.wait_for(where=lambda state: not state["line"])
    terminal.wait_for(text="离线", timeout_s=HOLD_WAIT_S)
    dock.tap("line")
    dock.tap("paper")
    for part, words in (("cover", "盖子开着"), ("cable", "打印机断开了")):
        dock.tap(part)
        dock.wait_for(where=lambda state, part=part: state["printer"] == part)
        terminal.wait_for("manager", text=words, timeout_s=HOLD_WAIT_S)
        dock.tap(part)
        dock.wait_for(where=lambda state: state["printer"] == "ok")
        terminal.wait_for(where=lambda state: state["devices"]["printer"] == "ok", timeout_s=HOLD_WAIT_S)

    _hold(both, RESIDENT, "redeem")
    dock.tap("away")
    first = next(w["id"] for w in dock.state()["widgets"] if w["id"].startswith("good-"))
    dock.tap(first)
    terminal.wait_for(where=lambda state: any(w["id"] == f"less-{first[5:]}" for w in state["widgets"]))
    terminal.tap("confirm")
    terminal.wait_for("confirm")
    terminal.tap("yes")
    terminal.wait_for("done", timeout_s=HOLD_WAIT_S)
    dock.wait_for(where=lambda state: state["slips"] == 2, timeout_s=HOLD_WAIT_S)
    dock.tap("slip")
    dock.wait_for("slip")
    dock.tap("slip-close")
    dock.wait_for("dock")

    before = _process_of(both)
    assert before
    dock.tap("power")
    dock.wait_for(where=lambda state: not state["power"])
    dock.wait_for(where=lambda _state: _process_of(both) == 0)
    terminal.close()
    dock.tap("power")
    both.terminal = both.terminal_window()
    dock.wait_for(where=lambda state: state["power"])
    assert _process_of(both) not in (0, before)


@pytest.mark.timeout(120)
def test_strips_take_quick_taps_and_are_pushed_and_a_terminal_that_ended_starts_again(
    open_both: Callable[[str], Both],
) -> None:
    both = open_both("en")
    dock = both.dock
    _everything_fits_and_is_large_enough(dock, "en")
    for card in (RESIDENT, MANAGER):
        dock.tap_in_a_hurry("lost", card)
        dock.wait_for(where=lambda state, card=card: state["held"] == card)
    at = dock.widget(MANAGER)["x"]
    dock.push(MANAGER, -80)
    dock.wait_for(where=lambda state: any(w["id"] == MANAGER and w["x"] < at for w in state["widgets"]))
    assert dock.state()["held"] == MANAGER, "a push is no tap"

    before = _process_of(both)
    os.kill(before, 15)
    dock.wait_for(text="Switch on", where=lambda state: not state["power"])
    both.terminal.close()
    dock.tap("power")
    both.terminal = both.terminal_window("")  # or back from it meanwhile
    with pytest.raises(NotSeen):
        dock.wait_for(where=lambda state: not state["power"], timeout_s=1.0)


def _everything_fits_and_is_large_enough(dock: DockWindow, locale: str) -> None:
    state = dock.wait_for("dock")
    assert state["language"] == locale
    width, height = state["size"]
    for widget in state["widgets"]:
        if widget["id"] and widget["visible"]:
            assert widget["h"] >= 48 and widget["w"] >= 48, widget
            inside = widget["x"] + widget["w"] <= width and widget["y"] + widget["h"] <= height
            strips = ("good-", "037")  # goods and cards lie on strips to push
            assert inside or widget["id"].startswith(strips) or widget["id"][1:4] == "037", widget
        elif widget["text"] and widget["visible"]:
            assert widget["font"] >= 16, widget
            assert widget["texture"][0] <= widget["w"] and widget["texture"][1] <= widget["h"], widget
