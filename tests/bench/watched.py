"""The terminal's program as it is, told on after each flip: `python -m tests.bench.watched FD kiosk-words …`.

Each flip that shows something else writes one JSON line to FD: when, which page, which household, and the
figure that the drawn texture of its balance was made from. A line on standard input asks for that many full
redraws of the window; their milliseconds come back as one more line.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

from tests.bench.references import flips


class Watch:
    """Looks at the screens after each flip, on their own thread, and never touches them."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._last: Any = None
        self._marks: dict[str, float] = {}
        flips.after_each(self._flipped)
        threading.Thread(target=self._orders, daemon=True).start()

    def _flipped(self, at_s: float) -> None:
        from kivy.app import App

        app: Any = App.get_running_app()
        if app is None or not getattr(app, "flow", None):
            return
        if not self._marks:
            self._mark_ways(app)
        account = app.flow.account
        figure = app.flow.page("account").ids.balance.ids.num if app.flow.name == "account" else None
        # what the texture on the screen says, not what the property will say after the next layout
        drawn = figure._label.text if figure is not None and figure.texture is not None else ""
        seen = (app.flow.name, account.household if account else "", drawn, len(app.flow.made()))
        if seen == self._last:
            return
        self._last = seen
        page, household, balance, pages = seen
        self._tell(
            at_s=at_s,
            page=page,
            household=household,
            balance=balance,
            pages=pages,
            opened=app.backend.terminal is not None,
            marks=dict(self._marks),
        )

    def _mark_ways(self, app: Any) -> None:
        """Note when a scan reaches the screens, when its answer is back, and when drawing begins and ends."""
        from kivy.core.window import Window

        marks = self._marks
        marks["begun"] = 0.0

        def noted(owner: Any, name: str, before: str = "", after: str = "") -> None:
            inner = getattr(owner, name)

            def outer(*args: Any, **kwargs: Any) -> Any:
                if before:
                    marks[before] = time.monotonic()
                try:
                    return inner(*args, **kwargs)
                finally:
                    if after:
                        marks[after] = time.monotonic()

            setattr(owner, name, outer)

        find = app.backend.services.find
        noted(find, "by_card", before="service begins", after="service ends")
        noted(app.flow, "ask", before="scan taken")
        noted(app.flow, "show", before="page begins", after="page set")
        Window.bind(on_draw=lambda *_: marks.__setitem__("drawing begins", time.monotonic()))
        Window.bind(on_flip=lambda *_: marks.__setitem__("drawn", time.monotonic()))

    def _orders(self) -> None:
        for line in sys.stdin:
            from kivy.clock import Clock

            Clock.schedule_once(lambda _dt, times=int(line): self._redraw(times), 0)

    def _redraw(self, times: int) -> None:
        from kivy.core.window import Window

        took_ms = []
        for _ in range(times):
            begun_s = time.perf_counter()
            for widget in Window.children[0].walk():
                widget.canvas.ask_update()
            Window.dispatch("on_draw")
            Window.dispatch("on_flip")
            took_ms.append((time.perf_counter() - begun_s) * 1e3)
        self._tell(redraws_ms=took_ms)

    def _tell(self, **facts: Any) -> None:
        os.write(self._fd, json.dumps(facts).encode() + b"\n")


if __name__ == "__main__":
    Watch(int(sys.argv[1]))
    from kiosk.cli import main

    sys.exit(main(sys.argv[2:]))
