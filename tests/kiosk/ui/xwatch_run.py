"""A window that ticks once in five minutes: `python -m tests.kiosk.ui.xwatch_run`; says what wakes it."""

from __future__ import annotations

import sys
from typing import Any

TICK_S = 300.0


def main() -> None:
    """Says "ready" once it has fallen asleep for TICK_S, then "down" and "up" for a touch, and ends."""
    from kiosk.config import Settings
    from kiosk.ui import setup

    setup.prepare(Settings())

    from kivy.base import EventLoop, runTouchApp, stopTouchApp
    from kivy.cache import Cache
    from kivy.clock import Clock
    from kivy.uix.widget import Widget

    from kiosk.ui import xwatch
    from kiosk.ui.pace import Pace

    class Touched(Widget):
        def on_touch_down(self, touch: Any) -> bool:
            print("down", flush=True)
            return True

        def on_touch_up(self, touch: Any) -> bool:
            print("up", flush=True)
            stopTouchApp()
            return True

    def asleep() -> None:
        Clock.unschedule(Cache._purge_by_timeout)  # every second
        Clock._max_fps = 1 / TICK_S  # after Pace, which comes to rest much later
        idle = Clock.idle

        def last() -> float:
            print("ready", flush=True)
            Clock.idle = idle
            return float(idle())

        Clock.idle = last

    watch = xwatch.watch()
    assert watch is not None
    EventLoop.ensure_window()
    watch.start()
    Pace()
    Clock.schedule_once(lambda _dt: asleep(), 1.0)
    Clock.schedule_once(lambda _dt: stopTouchApp(), TICK_S)  # a clock that waits for nothing never sleeps
    runTouchApp(Touched())
    watch.stop()
    sys.exit(0)


if __name__ == "__main__":
    main()
