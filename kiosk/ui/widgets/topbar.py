"""The bar on top of every page: whose place this is, who is signed in, the line, help, clock."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.ui import kv
from kiosk.ui.i18n import Tr
from kiosk.ui.widgets import card, chip, icon, text  # noqa: F401  # their rules are used in the .kv file


class Clock(BoxLayout):
    """Day and time."""

    day = StringProperty("")
    clock = StringProperty("")
    shown = BooleanProperty(True)
    spare = BooleanProperty(False)


class TopBar(BoxLayout):
    """Shows what it is given; each thing to tap in it fires its event."""

    __events__ = ("on_more_time", "on_speak", "on_text_size", "on_language", "on_practice")
    scheme = StringProperty("")
    township = StringProperty("")
    centre = StringProperty("")
    staff = StringProperty("")  # masked name of who is signed in, or ""
    role = StringProperty("")  # what they are here, as `roles` names it
    seconds_left = NumericProperty(-1)  # -1: no countdown
    online = BooleanProperty(False)
    alone = BooleanProperty(True)  # no county line configured: say nothing of it
    waiting = NumericProperty(0)
    can_speak = BooleanProperty(False)
    muted = BooleanProperty(False)
    training = BooleanProperty(False)
    day = StringProperty("")
    clock = StringProperty("")

    def line_words(self, tr: Tr, online: bool, waiting: float, staffed: bool, short: bool) -> str:
        """The state of the line in words; where room is short what waits is told to staff only."""
        state = "online" if online else "offline"
        if not waiting or (short and not staffed):
            return tr(f"bar.{state}")
        return tr("bar.waiting_short" if short else f"bar.{state}_waiting", n=int(waiting))

    def on_more_time(self) -> None:
        """Default: nothing."""

    def on_speak(self) -> None:
        """Default: nothing."""

    def on_text_size(self) -> None:
        """Default: nothing."""

    def on_practice(self) -> None:
        """Default: nothing."""

    def on_language(self) -> None:
        """Default: nothing."""


kv.load(__file__)
