"""The frame around every page: top bar and stage; toast and dialog are laid over it after the first frame."""

from __future__ import annotations

from kivy.uix.floatlayout import FloatLayout

from kiosk.ui import kv
from kiosk.ui.widgets import topbar  # noqa: F401  # its rule is used in the .kv file


class Root(FloatLayout):
    """Everything in the window."""


kv.load(__file__)
