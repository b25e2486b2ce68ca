"""The frame around every page: top bar, stage, toast and dialog."""

from __future__ import annotations

from kivy.uix.floatlayout import FloatLayout

from kiosk.ui import kv
from kiosk.ui.widgets import dialog, toast, topbar  # noqa: F401  # their rules are used in the .kv file


class Root(FloatLayout):
    """Everything in the window."""


kv.load(__file__)
