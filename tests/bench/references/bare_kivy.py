"""Almost nothing on Kivy: `python bare_kivy.py WIDTH HEIGHT LABELS`.

For each line on standard input it redraws everything that often as the line says, every label anew, and
prints the milliseconds of each redraw, flip included, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time

os.environ["KIVY_NO_ARGS"] = os.environ["KIVY_NO_CONFIG"] = os.environ["KIVY_NO_FILELOG"] = "1"
os.environ["KIVY_NO_CONSOLELOG"] = "1"

from kivy.config import Config

WIDTH, HEIGHT, LABELS = map(int, sys.argv[1:])
for name, value in (("width", WIDTH), ("height", HEIGHT), ("multisamples", 0), ("resizable", 0)):
    Config.set("graphics", name, str(value))

from kivy.app import App  # noqa: E402
from kivy.clock import Clock  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.uix.gridlayout import GridLayout  # noqa: E402
from kivy.uix.label import Label  # noqa: E402


class Bare(App):  # type: ignore[misc]  # Kivy ships no types
    """Labels in a grid."""

    def build(self) -> GridLayout:
        """The page."""
        grid = GridLayout(cols=1 if LABELS == 1 else 4)
        for number in range(LABELS):
            grid.add_widget(Label(text=f"label {number}", font_size=32))
        return grid

    def on_start(self) -> None:
        """Wait for orders."""
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            Clock.schedule_once(lambda _dt, times=int(line): self._redraw(times), 0)
        Clock.schedule_once(lambda _dt: self.stop(), 0)

    def _redraw(self, times: int) -> None:
        took_ms = []
        for number in range(times):
            begun_s = time.perf_counter()
            for label in self.root.children:
                label.text = f"{number} of {times}"
                label.texture_update()
            Window.canvas.ask_update()
            Window.dispatch("on_draw")
            Window.dispatch("on_flip")
            took_ms.append((time.perf_counter() - begun_s) * 1e3)
        print(json.dumps(took_ms), flush=True)


Bare().run()
