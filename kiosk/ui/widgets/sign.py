"""The round sign on top of a page that says one thing: an icon on a pale disc, or a good's picture."""

from __future__ import annotations

from kivy.properties import StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv
from kiosk.ui.widgets import card, goodpicture, icon  # noqa: F401  # their rules are used in the .kv file


class Sign(AnchorLayout):
    """Icon or picture."""

    icon = StringProperty("warn")
    tone = StringProperty("gold_text")
    ground = StringProperty("gold_soft")
    picture = StringProperty("")
    sku = StringProperty("")
    good = StringProperty("")  # its name


kv.load(__file__)
