"""A handwritten note for an appeal: what the camera sees, and one button to take it."""

from __future__ import annotations

from typing import Any

from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.tasks.at import Shot
from kiosk.ui.widgets import camera_frame, header  # noqa: F401  # their rules are used in the .kv file


class AppealNotePage(Page):
    """Opened from the appeal, and goes back there with the picture."""

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.ids.frame.watch(self.app.backend.preview)

    def take(self) -> None:
        """Take what is seen now."""
        look = self.app.backend.preview
        seen = look() if look is not None else None
        if seen is not None:
            shot = Shot(bytes(seen.rgb[: seen.width * seen.height * 3]), seen.width, seen.height)
            self.app.flow.show("appeal", note=shot)

    def takes(self, code: str) -> bool:
        """What lies before the camera is to be photographed, a slip too; only a card begins another visit."""
        if code.startswith("P1:"):
            return False
        self.app.toast.say(self.app.tr("tasks.not_now"))
        return True

    def forget(self) -> None:
        self.ids.frame.texture = None

    def spoken(self) -> str:
        return self.app.tr("speech.appeal_note")


kv.load(__file__)
