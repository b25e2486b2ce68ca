"""Typing a PIN on the pad, for every page that asks for one; what is done with it is the page's own."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.ui.widgets.numpad import BACK, CLEAR

PIN_DIGITS_LEAST = 6
PIN_DIGITS_MOST = 12


class PinTyping:
    """For a `Page` with the pad `ids.pad`: shows how many digits there are, keeps the digits until taken."""

    who = StringProperty("")
    trouble = StringProperty("")
    length = NumericProperty(0)
    least = PIN_DIGITS_LEAST
    app: Any
    ids: Any
    _card = ""
    _pin = ""

    def lay_keys(self) -> None:
        """Put the keys in another order where that is configured."""
        if self.app.backend.settings.screen.shuffle_pin:
            self.ids.pad.shuffle()

    def key(self, key: str) -> None:
        """A key of the pad."""
        self.app.flow.touched()
        if key == CLEAR:
            self._pin = ""
        elif key == BACK:
            self._pin = self._pin[:-1]
        elif len(self._pin) < PIN_DIGITS_MOST:
            self._pin += key
            self.trouble = ""
        self.length = len(self._pin)

    def take_pin(self) -> str:
        """What was typed; nothing of it stays."""
        pin, self._pin, self.length = self._pin, "", 0
        return pin

    def forget_pin(self) -> None:
        """No card, no digits, no words."""
        self._card = self._pin = ""
        self.who = self.trouble = ""
        self.length = 0
