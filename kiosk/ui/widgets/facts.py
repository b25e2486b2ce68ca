"""Three figures of a redemption side by side: taken, left, and where the slip is."""

from __future__ import annotations

from kivy.properties import StringProperty

from kiosk.ui import kv
from kiosk.ui.widgets import text  # noqa: F401  # its rules are used in the .kv file
from kiosk.ui.widgets.card import Card


class Facts(Card):
    """What a person looks for after a redemption."""

    charge = StringProperty("")
    after = StringProperty("")
    third_title = StringProperty("")
    third = StringProperty("")


kv.load(__file__)
