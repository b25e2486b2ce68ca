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
    """A finger that is lifted from what has left the screen meanwhile taps nothing.

    The next question comes while a hurried finger still presses a row of the last one: Kivy would fire that
    row's release, and the answer would go to a question it does not belong to.
    """

    def on_touch_up(self, touch: Any) -> Any:
        """Fire the release, if what was pressed can still be seen."""
        if touch.grab_current is self and self.get_parent_window() is None:
            touch.ungrab(self)
            self._do_release()
            return True
        return super().on_touch_up(touch)
