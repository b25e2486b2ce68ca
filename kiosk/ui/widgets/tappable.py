"""What can be tapped: like Kivy's button, but only while it is on the screen."""

from __future__ import annotations

import time
from typing import Any

from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.behaviors import button as kivy_button

# Kivy reckons how long a button was pressed by the wall clock: put back meanwhile, it would leave the button
# pressed for as long as it was put back.
kivy_button.time = time.monotonic


class Tappable(ButtonBehavior):
    """A button that lets go where Kivy's would not.

    What is disabled or can't be seen is no wall before others: Kivy's disabled button keeps every touch on
    it, also where a page has made it invisible and left it lying over something else. And a finger lifted
    from what has left the screen meanwhile taps nothing: the next question comes while a hurried finger still
    presses a row of the last one, and the answer would go to a question it does not belong to.
    """

    def tappable(self) -> bool:
        """Whether it can be tapped now: enabled, and neither it nor what it lies in is invisible."""
        widget: Any = self
        while not self.disabled and widget is not None and widget is not widget.parent:
            if getattr(widget, "opacity", 1) <= 0:
                return False
            widget = widget.parent
        return not self.disabled

    def on_touch_down(self, touch: Any) -> Any:
        """Take the touch, if it can be tapped now."""
        return self.tappable() and super().on_touch_down(touch)

    def on_touch_up(self, touch: Any) -> Any:
        """Fire the release, if what was pressed can still be seen."""
        if touch.grab_current is self and self.get_parent_window() is None:
            touch.ungrab(self)
            self._do_release()
            return True
        return super().on_touch_up(touch)
