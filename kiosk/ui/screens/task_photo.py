"""A picture by the camera: what it sees now, one button to take it, another to take it again."""

from __future__ import annotations

from typing import Any

from kivy.graphics.texture import Texture
from kivy.properties import BooleanProperty, ObjectProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.at import Shot
from kiosk.ui.widgets import camera_frame  # noqa: F401  # its rule is used in the .kv file


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
    """What is seen now is a mirror; what was taken is shown as it will be kept."""

    taken = BooleanProperty(False)
    _shot: Shot | None = None

    def fill(self) -> None:
        step = self.app.tasks.asked
        self.ids.frame.watch(self.app.backend.preview)
        known = self.app.tasks.said(step.name) if step is not None else None
        if known is not None:
            self._show(known.value)

    def take(self) -> None:
        """Take what is seen now; again: look once more."""
        look = self.app.backend.preview
        if self.taken or look is None:
            self._show(None)
        elif (seen := look()) is not None:
            self._show(Shot(bytes(seen.rgb[: seen.width * seen.height * 3]), seen.width, seen.height))

    def go_on(self) -> None:
        """This picture."""
        if self._shot is not None:
            self.app.tasks.answer(self._shot, self.app.tr("tasks.photo_taken"))

    def forget(self) -> None:
        super().forget()
        self._show(None)

    def _show(self, shot: Shot | None) -> None:
        self._shot, self.taken = shot, shot is not None
        self.ids.seen.texture = None
        if shot is not None:
            texture = Texture.create(size=(shot.width, shot.height), colorfmt="rgb")
            texture.blit_buffer(shot.rgb, colorfmt="rgb", bufferfmt="ubyte")
            texture.flip_vertical()
            self.ids.seen.texture = texture


kv.load(__file__)
