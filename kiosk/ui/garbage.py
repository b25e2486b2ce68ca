"""When Python collects garbage while the screen is up: on its thread only, little at a time.

Kivy takes a widget's bindings back when the widget is collected. Python collects in whichever thread happens
to allocate, and the screen's thread, amid telling everybody of a new theme, would come upon the bindings of a
widget that is half gone: a `ReferenceError`, and the end of the program.
"""

from __future__ import annotations

import gc

MIDDLE_EVERY_S = 5.0
ALL_EVERY_S = 20.0
SETTLED_LATEST_S = 60.0


class Garbage:
    """Takes the collector over from its making to `stop()`; `turn` once a second on the screen's thread."""

    def __init__(self, now_s: float) -> None:
        gc.disable()
        gc.freeze()  # what was loaded up to now stays
        self._begun_s = self._middle_at_s = self._all_at_s = now_s
        self._settled = False

    def settle(self) -> None:
        """What is there now, modules and pages, stays.

        Looking through all of it takes a third of a second: done once, at a quiet moment if there is one.
        """
        gc.collect()
        gc.freeze()
        self._settled = True

    def turn(self, now_s: float) -> None:
        """Collect what is young; every now and then more, and everything that came since `settle`."""
        if not self._settled and now_s - self._begun_s >= SETTLED_LATEST_S:
            self.settle()
        elif self._settled and now_s - self._all_at_s >= ALL_EVERY_S:
            self._all_at_s = self._middle_at_s = now_s
            gc.collect()
        elif now_s - self._middle_at_s >= MIDDLE_EVERY_S:
            self._middle_at_s = now_s
            gc.collect(1)
        else:
            gc.collect(0)

    def stop(self) -> None:
        """Give it back."""
        gc.unfreeze()
        gc.enable()
