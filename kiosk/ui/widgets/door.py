"""A large tile that leads to a page: icon, what is behind it, and a few words about it."""

from __future__ import annotations

from kivy.properties import BooleanProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.widgets import card, icon, text  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.tappable import Tappable


class Door(Tappable, BoxLayout):
    """Tapped as a whole; `name` is what scripts and tests know it by."""

    name = StringProperty("")
    icon = StringProperty("")
    title = StringProperty("")
    about = StringProperty("")
    roomy = BooleanProperty(True)  # high enough for `about` too
    tone = StringProperty("red_text")
    soft = StringProperty("red_soft")  # behind the icon


kv.load(__file__)
