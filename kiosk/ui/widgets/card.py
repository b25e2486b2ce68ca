"""White cards with soft corners, the red card, and plain tinted panels."""

from __future__ import annotations

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv


class Panel(BoxLayout):
    """A rounded ground in one tone, without border."""

    ground = StringProperty("surface")
    radius = NumericProperty(28)


class Card(Panel):
    """A rounded ground with a thin border."""

    edge = StringProperty("line")


class RedCard(BoxLayout):
    """The large red card with the balance."""

    radius = NumericProperty(28)


class Rule(BoxLayout):
    """A thin horizontal line."""


kv.load(__file__)
