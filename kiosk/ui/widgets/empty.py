"""What a page shows where there is nothing yet: a picture, what is missing, what to do."""

from __future__ import annotations

from kivy.properties import StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv
from kiosk.ui.widgets import sign, text  # noqa: F401  # their rules are used in the .kv file


class Empty(AnchorLayout):
    """Draws nothing while it has no `title`."""

    icon = StringProperty("list")
    title = StringProperty("")
    body = StringProperty("")


kv.load(__file__)
