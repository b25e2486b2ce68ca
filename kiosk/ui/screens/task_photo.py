"""A picture by the camera: what it sees now, one button to take it, another to take it again."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.at import Shot

LOOK_S = 0.1


class Seen(Widget):
    """The picture, as large as fits."""

    texture = ObjectProperty(None, allownone=True)

    def fitted(self, width: float, height: float, picture: Any) -> tuple[float, float]:
        """The largest size with the picture's proportions inside width × height."""
        if picture is None:
            return (0.0, 0.0)
        ratio = min(width / picture.width, height / picture.height)
        return (picture.width * ratio, picture.height * ratio)


class TaskPhoto(TaskPage):
    """The camera is looked at only while this page is shown and nothing is taken."""

    there = BooleanProperty(False)  # a camera that gives pictures
    taken = BooleanProperty(False)
    _shot: Shot | None = None
    _looking: Any = None
    _serial = -1

    def fill(self) -> None:
        step = self.app.tasks.step
        known = self.app.tasks.said(step.name) if step is not None else None
        self._look()
        if known is not None:
            self._shot = known.value
            self._paint(self._shot)
            self.taken = True

    def take(self) -> None:
        """Take what is seen now; again: look once more."""
        self.taken = not self.taken
        if not self.taken:
            self._serial = -1

    def go_on(self) -> None:
        """This picture."""
        if self._shot is not None:
            self.app.tasks.answer(self._shot, self.app.tr("tasks.photo_taken"))

    def forget(self) -> None:
        super().forget()
        self._shot, self._serial = None, -1
        self.there = self.taken = False
        self.ids.seen.texture = None
        self._stop()

    def _stop(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _look(self) -> None:
        if self.app.backend.look is not None:
            self._looking = Clock.schedule_interval(lambda _dt: self._see(), LOOK_S)
            self._see()

    def _see(self) -> None:
        if self.parent is None and self.there:
            self._stop()  # another page is shown
            return
        look = self.app.backend.look
        found = look() if look is not None and not self.taken else None
        if found is not None and found.serial != self._serial:
            self._serial = found.serial
            self._shot = Shot(bytes(found.rgb[: found.width * found.height * 3]), found.width, found.height)
            self._paint(self._shot)
            self.there = True

    def _paint(self, shot: Shot | None) -> None:
        if shot is None:
            return
        texture = Texture.create(size=(shot.width, shot.height), colorfmt="rgb")
        texture.blit_buffer(shot.rgb, colorfmt="rgb", bufferfmt="ubyte")
        texture.flip_vertical()
        self.ids.seen.texture = texture


kv.load(__file__)
