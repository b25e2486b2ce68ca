"""Dots that fill as a PIN is typed: how many digits there are, and not which."""

from __future__ import annotations

from kivy.properties import NumericProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv


class PinDots(BoxLayout):
    """Six rings that fill; further digits show nothing more."""

    length = NumericProperty(0)


kv.load(__file__)
