"""What the camera sees, mirrored as in a looking-glass, in one texture that is written over again."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv

LOOK_S = 1 / 15  # cameras give no more
LATE_LOOKS = 15  # looks in a row without a new picture; then the last one is no longer shown


class CameraFrame(Widget):
    """Shows `preview()` (see `drivers.scanner.camera.CameraReader.preview`) while it is in a window.

    Its page calls `watch` whenever it is about to be shown; once it is not in a window any more the frame
    stops looking by itself. `shows` says whether there is a picture of late: place something else there
    when it is False.
    """

    preview = ObjectProperty(None, allownone=True)  # None: no camera
    texture = ObjectProperty(None, allownone=True)
    shows = BooleanProperty(False)
    radius = NumericProperty(16)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._serial = -1
        self._late = 0
        self._looks: Any = None

    def on_parent(self, _frame: Any, parent: Any) -> None:
        """Look only while somebody may see it."""
        if parent is not None:
            self.watch(self.preview)
        else:
            self._rest()

    def watch(self, preview: Any) -> None:
        """From now on show what `preview` gives."""
        self.preview = preview
        if self._looks is None:
            self._looks = Clock.schedule_interval(lambda _dt: self.look(), LOOK_S)

    def _rest(self) -> None:
        if self._looks is not None:
            self._looks.cancel()
            self._looks = None
            self.shows = False

    def look(self) -> None:
        """Take the newest picture, if there is a new one."""
        if self.get_root_window() is None:  # its page is not the one shown
            self._rest()  # a look that nobody sees wakes the clock, and takes a tenth of a core in all
            return
        seen = self.preview() if self.preview is not None else None
        if seen is None or seen.serial == self._serial:
            self._late = self._late + 1 if seen is not None else LATE_LOOKS
            self.shows = self.shows and self._late < LATE_LOOKS
            return
        self._serial, self._late = seen.serial, 0
        if self.texture is None or self.texture.size != (seen.width, seen.height):
            made = Texture.create(size=(seen.width, seen.height), colorfmt="rgb")
            # Rows come from the top, and a person expects a mirror: both are turned on the way to the screen.
            made.flip_vertical()
            made.flip_horizontal()
            self.texture = made
        self.texture.blit_buffer(seen.rgb, colorfmt="rgb", bufferfmt="ubyte")
        self.shows = True
        self.canvas.ask_update()

    def fitted(self, width: float, height: float, picture: Any) -> tuple[float, float]:
        """The largest size with the picture's proportions inside width × height."""
        if picture is None:
            return (0.0, 0.0)
        ratio = min(width / picture.width, height / picture.height)
        return (picture.width * ratio, picture.height * ratio)


kv.load(__file__)
