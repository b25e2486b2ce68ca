"""A short sentence over the page that goes by itself; nothing has to be tapped."""

from __future__ import annotations

from typing import Any

from kivy.clock import Clock
from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout

from kiosk.ui import kv
from kiosk.ui.widgets import card  # noqa: F401  # their rules are used in the .kv file

SHOWN_S = 4.0


class Toast(AnchorLayout):
    """Shows the last sentence it was given for a few seconds, laid `over` everything; touches go through it.

    Silent, it is in no tree: what nobody sees costs no drawing.
    """

    over = ObjectProperty()
    text = StringProperty("")
    _end: Any = None

    def say(self, text: str) -> None:
        """Show `text`, in place of what is shown."""
        self.text = text
        if self._end is not None:
            self._end.cancel()
        self._end = Clock.schedule_once(lambda _dt: self.hush(), SHOWN_S)

    def on_text(self, _toast: object, text: str) -> None:
        """There is a sentence, or no more."""
        if text and self.parent is None:
            self.over.add_widget(self)
        elif not text:
            self.over.remove_widget(self)

    def hush(self) -> None:
        """Take the sentence away."""
        self.text = ""


kv.load(__file__)
