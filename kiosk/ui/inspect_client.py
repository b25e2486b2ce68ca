"""Looks at a running terminal's window and taps it like a person; imports no Kivy."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

POLL_S = 0.02
_PRESS = ("mousedown", "1", "sleep", "0.05", "mouseup", "1", "sleep", "0.01")
QUIET_READS, REST_MOST_S = 6, 0.7


class NotSeen(AssertionError):  # noqa: N818  # it reads as what happened
    """What was waited for did not come; the text says what was there instead."""


class Window:
    """One window: `inspect_socket` as given to `--inspect`, `display` such as ":99"."""

    def __init__(self, inspect_socket: Path, display: str, start_timeout_s: float = 30.0) -> None:
        self.display = display
        end_s = time.monotonic() + start_timeout_s
        while True:  # until a terminal answers: the socket may still be that of one just switched off
            self._socket = socket.socket(socket.AF_UNIX)
            self._socket.settimeout(30.0)
            try:
                self._socket.connect(str(inspect_socket))
                self._stream = self._socket.makefile("rwb")
                self.state()
                break
            except (FileNotFoundError, ConnectionError):
                self._socket.close()
                if time.monotonic() > end_s:
                    raise
                time.sleep(POLL_S)

    def close(self) -> None:
        """Hang up."""
        self._stream.close()
        self._socket.close()

    def state(self) -> dict[str, Any]:
        """What is on the screen now."""
        return self._ask(b"state")

    def walled(self) -> list[str]:
        """Buttons that look as if they could be tapped but can't be reached; see `kiosk.ui.walls`."""
        return list(self._ask(b"walled")["walled"])

    def buried(self) -> list[str]:
        """Words that something drawn later covers; see `kiosk.ui.buried`."""
        return list(self._ask(b"buried")["buried"])

    def _ask(self, word: bytes) -> dict[str, Any]:
        self._stream.write(word + b"\n")
        self._stream.flush()
        line = self._stream.readline()
        if not line:
            raise ConnectionResetError("the terminal hung up")
        answer: dict[str, Any] = json.loads(line)
        assert "error" not in answer, answer
        return answer

    def wait_for(
        self,
        screen: str = "",
        text: str = "",
        where: Callable[[dict[str, Any]], bool] | None = None,
        timeout_s: float = 10.0,
    ) -> dict[str, Any]:
        """Wait until that page is shown, a visible text contains `text`, and `where(state)` holds."""
        end_s = time.monotonic() + timeout_s
        while True:
            state = self.state()
            if (
                (not screen or state["screen"] == screen)
                and (not text or any(text in shown for shown in texts(state)))
                and (where is None or where(state))
            ):
                return state
            if time.monotonic() > end_s:
                raise NotSeen(
                    f"waited {timeout_s} s for screen={screen!r} text={text!r}; there is "
                    f"{state['screen']!r}, toast {state['toast']!r}: {texts(state)}"
                )
            time.sleep(POLL_S)

    def settled(self, timeout_s: float = 10.0) -> dict[str, Any]:
        """What is on the screen once nothing moves any more (twice the same)."""
        end_s = time.monotonic() + timeout_s
        before = self.state()
        while True:
            time.sleep(2 * POLL_S)
            state = self.state()
            if state["widgets"] == before["widgets"]:
                return state
            if time.monotonic() > end_s:
                raise NotSeen(f"{state['screen']!r} does not come to rest")
            before = state

    def come_to_rest(self) -> None:
        """Let what the state says reach the glass: until no frame is flipped any more, or long enough."""
        end_s = time.monotonic() + REST_MOST_S
        frame, quiet = -1, 0
        while quiet < QUIET_READS and time.monotonic() < end_s:
            now = int(self.state()["frame"])
            frame, quiet = now, quiet + 1 if now == frame else 0
            time.sleep(POLL_S)

    def widget(self, widget_id: str) -> dict[str, Any]:
        """The visible widget with that id."""
        state = self.state()
        found = [w for w in state["widgets"] if w["id"] == widget_id and w["visible"]]
        if not found:
            ids = sorted({w["id"] for w in state["widgets"] if w["id"] and w["visible"]})
            raise NotSeen(
                f"no {widget_id!r} on {state['screen']!r}, toast {state['toast']!r}; there are {ids}"
            )
        return dict(found[0])

    def figure(self, name: str) -> str:
        """What the visible label of that figure says, "balance" for example."""
        state = self.state()
        found = [w["text"] for w in state["widgets"] if w["figure"] == name and w["visible"]]
        if len(found) != 1:
            raise NotSeen(f"{len(found)} figures {name!r} on {state['screen']!r}: {texts(state)}")
        return str(found[0])

    def tap(self, widget_id: str, timeout_s: float = 10.0) -> None:
        """Click a widget once it is there, enabled, and holds still."""
        self.click(*self.aim(self.still(widget_id, timeout_s)))

    def tap_all(self, widget_ids: Sequence[str], timeout_s: float = 10.0) -> None:
        """Click one after another what stays where it is meanwhile, like the keys of a pad."""
        for name in widget_ids[:1]:
            self.still(name, timeout_s)
        where = {name: self.widget(name) for name in set(widget_ids)}
        words = []
        for name in widget_ids:
            words += ["mousemove", *map(str, self.aim(where[name])), *_PRESS]
        self._xdotool(*words)

    def aim(self, widget: dict[str, Any]) -> tuple[int, int]:
        """Where a widget is hit: its middle."""
        return widget["x"] + widget["w"] // 2, widget["y"] + widget["h"] // 2

    def still(self, widget_id: str, timeout_s: float = 10.0) -> dict[str, Any]:
        """The widget once it is there, enabled, and holds still."""
        end_s = time.monotonic() + timeout_s
        before: dict[str, Any] = {}
        while True:
            try:
                now = self.widget(widget_id)
            except NotSeen:
                if time.monotonic() > end_s:
                    raise
                now = {}
            if now and now == before and now["enabled"]:
                return now
            if time.monotonic() > end_s:
                raise NotSeen(f"{widget_id!r} stays disabled or moves: {now}")
            before = now
            time.sleep(POLL_S)

    def click(self, x: int, y: int) -> None:
        """A real click by xdotool; returns when the X server has it."""
        # Not `mousemove --sync`: it waits for ever when the pointer is there already.
        self._xdotool("mousemove", str(x), str(y), *_PRESS)

    def drag(self, x: int, y: int, to_x: int, to_y: int) -> None:
        """A finger put down at one place and lifted at another."""
        half = (str((x + to_x) // 2), str((y + to_y) // 2))
        down = ("mousemove", str(x), str(y), "mousedown", "1", "mousemove", *half)
        self._xdotool(*down, "sleep", "0.05", "mousemove", str(to_x), str(to_y), "mouseup", "1")

    def screenshot(self, path: Path) -> None:
        """The window's own pixels, as PNG."""
        from PIL import ImageGrab

        ImageGrab.grab(xdisplay=self.display).save(path)

    def _xdotool(self, *words: str) -> None:
        environment = {**os.environ, "DISPLAY": self.display}
        subprocess.run(["xdotool", *words], check=True, env=environment, timeout=30)


def texts(state: dict[str, Any]) -> list[str]:
    """The visible texts."""
    return [w["text"] for w in state["widgets"] if w["visible"] and w["text"]]
