"""The terminal's program as it is, telling of its frames: `python -m tests.bench.framed FD kiosk-words …`.

One JSON line to FD for each flip that shows another page or another pressed button. A line on standard input:
1 lets every tick draw a frame, as if something moved all the time; 0 ends that and tells the milliseconds
between the flips meanwhile.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from functools import wraps
from itertools import pairwise
from typing import Any

from tests.bench.references import flips


class Frames:
    """Looks on after each flip, on the screens' own thread."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._pressed = ""
        self._last: Any = None
        self._flips_s: list[float] | None = None
        flips.after_each(self._flipped)
        threading.Thread(target=self._orders, daemon=True).start()

    def _flipped(self, at_s: float) -> None:
        if self._flips_s is not None:
            self._flips_s.append(at_s)
        from kivy.app import App

        app: Any = App.get_running_app()
        if app is None or not getattr(app, "flow", None):
            return
        if self._last is None:
            self._hear_presses()
        seen = (app.flow.name, self._pressed, len(app.flow.made()), app.line.waiting, app.line.online)
        if seen != self._last:
            self._last = seen
            page, pressed, pages, waiting, online = seen
            self._tell(at_s=at_s, page=page, pressed=pressed, pages=pages, waiting=waiting, online=online)

    def _hear_presses(self) -> None:
        from kivy.uix.behaviors import ButtonBehavior

        press, release = ButtonBehavior._do_press, ButtonBehavior._do_release

        @wraps(press)  # Kivy's clock asks for a method by its name
        def pressed(button: Any) -> None:
            press(button)
            self._pressed = getattr(button, "name", "")

        @wraps(release)
        def released(button: Any, *args: Any) -> None:
            release(button, *args)
            self._pressed = ""

        ButtonBehavior._do_press, ButtonBehavior._do_release = pressed, released

    def _orders(self) -> None:
        for line in sys.stdin:
            from kivy.clock import Clock

            Clock.schedule_once(self._begin if int(line) else self._end, 0)

    def _begin(self, _dt: float) -> None:
        from kivy.app import App
        from kivy.clock import Clock

        app: Any = App.get_running_app()
        self._flips_s = []
        self._moving = Clock.schedule_interval(lambda _dt: self._move(app), 0)

    def _move(self, app: Any) -> None:
        app.pace.stir()  # as while somebody is busy
        app.root.canvas.ask_update()

    def _end(self, _dt: float) -> None:
        self._moving.cancel()
        flips_s, self._flips_s = self._flips_s or [], None
        self._tell(between_ms=[(after - before) * 1e3 for before, after in pairwise(flips_s)])

    def _tell(self, **facts: Any) -> None:
        os.write(self._fd, json.dumps(facts).encode() + b"\n")


if __name__ == "__main__":
    Frames(int(sys.argv[1]))
    from kiosk.cli import main

    sys.exit(main(sys.argv[2:]))
