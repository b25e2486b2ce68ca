"""How far long work is: a bar that fills; takes no room while it is not shown."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.widget import Widget

from kiosk.ui import kv


class Progress(Widget):
    """`share` from 0 to 1."""

    share = NumericProperty(0.0)
    shown = BooleanProperty(False)


kv.load(__file__)
