"""How often the screen ticks: 60 a second while somebody is busy, seldom when idle.

Kivy's interrupt clock sleeps between ticks and is woken at once by timers and by work posted from another
thread, so a scan never waits for the slow tick; nor does a touch where `kiosk.ui.xwatch` watches. Kivy reads
the cap once at start; the clock's own field is the one place where it can be changed later.
"""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock

from kiosk.ui.setup import ACTIVE_FPS, IDLE_FPS, WATCHED_FPS

QUIET_AFTER_S = 4.0
# Kivy's clock stays awake for the last moments before a timer; left alone it reckons a third of a tick, which
# at a slow step is most of what an idle screen takes.
RESOLUTION_S = 0.001


class Pace:
    """Keeps the frame cap; `stir()` on every touch, scan or shown page."""

    def __init__(self) -> None:
        Clock.clock_resolution = RESOLUTION_S
        self._calm: Any = None
        self.busy = True  # or was, a moment ago
        self._idle_fps = IDLE_FPS
        self.stir()

    def watched(self) -> None:
        """Touches wake the clock by themselves from now on."""
        self._idle_fps = WATCHED_FPS

    def stir(self) -> None:
        """Somebody is busy: full speed for the next few seconds."""
        self.busy = True
        Clock._max_fps = float(ACTIVE_FPS)
        if self._calm is not None:
            self._calm.cancel()
        self._calm = Clock.schedule_once(self._rest, QUIET_AFTER_S)

    def _rest(self, _dt: float) -> None:
        self.busy = False
        Clock._max_fps = float(self._idle_fps)
