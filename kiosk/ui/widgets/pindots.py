"""Dots that fill as a PIN is typed: how many digits there are, and not which."""

from __future__ import annotations

from kivy.properties import NumericProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.widgets import chip  # noqa: F401  # its rule is used in the .kv file


class PinDots(BoxLayout):
    """Six dots; further digits show nothing more."""

    length = NumericProperty(0)


kv.load(__file__)
