"""A window with one button that goes when it is pressed, unless "stays": says what it hears, then ends."""

from __future__ import annotations

import sys
from typing import Any


def main() -> None:
    """`python -m tests.kiosk.ui.tappable_run [stays]`: "ready", "pressed", maybe "released", "lifted"."""
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

    def pressed(_button: Any) -> None:
        print("pressed", flush=True)
        if sys.argv[1:] != ["stays"]:
            page.remove_widget(button)

    def lifted(_dt: float) -> None:
        print("lifted", flush=True)
        stopTouchApp()

    button.bind(on_press=pressed, on_release=lambda _button: print("released", flush=True))
    Window.bind(on_mouse_up=lambda *_touch: Clock.schedule_once(lifted, 0.3))
    Clock.schedule_once(lambda _dt: print("ready", flush=True), 0.5)
    runTouchApp(page)


if __name__ == "__main__":
    main()
