"""The head of a page: back (always in the same place), what page this is, and a note on the right."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.widgets import button, text  # noqa: F401  # their rules are used in the .kv file


class Header(BoxLayout):
    """Fires `on_back` when back is tapped."""

    __events__ = ("on_back",)
    title = StringProperty("")
    note = StringProperty("")
    can_back = BooleanProperty(True)

    def on_back(self) -> None:
        """Default: nothing."""


kv.load(__file__)
