"""A window with one button: says what it hears when it goes or the clock is put back while it is pressed, or
when it is behind two that nobody could tap."""

from __future__ import annotations

import sys
import time
from typing import Any


def main() -> None:
    """`python -m tests.kiosk.ui.tappable_run stays|goes|clock|behind`: "ready", "pressed", maybe "released",
    then "lifted" and how the button looks."""
    (what,) = sys.argv[1:]
    wall_clock, back_s = time.time, 0.0
    time.time = lambda: wall_clock() - back_s

    from kiosk.config import Settings
    from kiosk.ui import setup

    setup.prepare(Settings())

    from kivy.base import runTouchApp, stopTouchApp
    from kivy.clock import Clock
    from kivy.core.window import Window
    from kivy.uix.floatlayout import FloatLayout

    from kiosk.ui.widgets.tappable import Tappable

    class Button(Tappable, FloatLayout):
        """As large as the window."""

    page, button = FloatLayout(), Button()
    page.add_widget(button)
    if what == "behind":
        page.add_widget(Button(disabled=True))
        page.add_widget(Button(opacity=0))

    def pressed(_button: Any) -> None:
        nonlocal back_s
        print("pressed", flush=True)
        if what == "goes":
            page.remove_widget(button)
        elif what == "clock":
            back_s = 3600.0

    def lifted(_dt: float) -> None:
        print("lifted", button.state, flush=True)
        stopTouchApp()

    button.bind(on_press=pressed, on_release=lambda _button: print("released", flush=True))
    Window.bind(on_mouse_up=lambda *_touch: Clock.schedule_once(lifted, 0.3))
    Clock.schedule_once(lambda _dt: print("ready", flush=True), 0.5)
    runTouchApp(page)


if __name__ == "__main__":
    main()
