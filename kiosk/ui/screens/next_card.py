"""The manager waits for the next resident: show the card, or find the household without one."""

from __future__ import annotations

from kivy.properties import BooleanProperty

from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header  # noqa: F401  # its rule is used in the .kv file


class NextCard(Page):
    """Between two redemptions."""

    by_camera = BooleanProperty(True)

    def enter(self, **facts: object) -> None:  # noqa: ARG002
        self.by_camera = bool(self.app.backend.settings.camera.source)

    def spoken(self) -> str:
        return self.app.tr("next.title")


kv.load(__file__)
