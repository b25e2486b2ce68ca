"""When Python collects garbage while the screen is up: on its thread only, most of it at quiet moments.

Kivy takes a widget's bindings back when the widget is collected. Python collects in whichever thread happens
to allocate, and the screen's thread, amid telling everybody of a new theme, would come upon the bindings of a
widget that is half gone: a `ReferenceError`, and the end of the program.
"""

from __future__ import annotations

import gc

MIDDLE_EVERY_S = 10.0
ALL_EVERY_S, ALL_LATEST_S = 60.0, 600.0


class Garbage:
    """Takes the collector over from its making to `stop()`; `turn` once a second on the screen's thread."""

    def __init__(self, now_s: float) -> None:
        gc.disable()
        gc.freeze()  # what was loaded up to now stays
        self._middle_at_s = self._all_at_s = now_s
        self._settled = False

    def turn(self, now_s: float, *, busy: bool) -> None:
        """Collect what is young; every now and then more, and everything.

        The first time everything takes longest, half a second of a slow machine: it waits for a quiet moment.
        """
        since_s = now_s - self._all_at_s
        if since_s >= ALL_LATEST_S or (since_s >= ALL_EVERY_S and (self._settled or not busy)):
            self._all_at_s = self._middle_at_s = now_s
            gc.collect()
            if not self._settled:  # pages and modules stay for good: not looked through again
                self._settled = True
                gc.freeze()
        elif now_s - self._middle_at_s >= MIDDLE_EVERY_S:
            self._middle_at_s = now_s
            gc.collect(1)
        else:
            gc.collect(0)

    def stop(self) -> None:
        """Give it back."""
        gc.unfreeze()
        gc.enable()
