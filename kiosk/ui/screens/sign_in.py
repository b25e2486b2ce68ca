"""Staff sign-in: the card first, then the PIN on the pad."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.ledger.refusals import Refused
from kiosk.services.views import Session
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, numpad, pindots, sign  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.numpad import BACK, CLEAR

PIN_DIGITS_LEAST = 6
PIN_DIGITS_MOST = 12


class SignIn(Page):
    """Asks for a staff card; with one read it greets and takes the PIN."""

    who = StringProperty("")
    trouble = StringProperty("")
    length = NumericProperty(0)
    least = PIN_DIGITS_LEAST
    _card = ""
    _pin = ""

    def enter(self, **facts: Any) -> None:
        self.forget()
        self._card = facts.get("card", "")
        self.who = form.masked(facts["who"]) if self._card else ""
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

    def submit(self) -> None:
        """Try the PIN."""
        pin, self._pin = self._pin, ""
        self.length = 0
        flow = self.app.flow
        flow.ask(
            self.app.backend.services.staff.sign_in, self._card, pin, then=self._welcome, failed=self._refused
        )

    def forget(self) -> None:
        self._card = self._pin = ""
        self.who = self.trouble = ""
        self.length = 0

    def _welcome(self, session: Session) -> None:
        self.app.flow.sign_in(session)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Refused) and error.code in ("pin-wrong", "pin-locked"):
            self.trouble = self.app.tr.refusal(error.code, error.params)
        else:
            self.app.flow.refuse(error)


kv.load(__file__)
