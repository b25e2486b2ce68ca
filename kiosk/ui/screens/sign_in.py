"""Staff sign-in: the card first, then the PIN on the pad."""

from __future__ import annotations

from typing import Any

from kiosk.ledger.refusals import Refused
from kiosk.services.views import Session
from kiosk.ui import form, kv
from kiosk.ui.pin import PinTyping
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, numpad, pindots, sign  # noqa: F401  # their rules are used in the .kv file


class SignIn(PinTyping, Page):
    """Asks for a staff card; with one read it greets and takes the PIN."""

    def enter(self, **facts: Any) -> None:
        self.forget()
        self._card = facts.get("card", "")
        self.who = form.masked(facts["who"]) if self._card else ""
        self.lay_keys()

    def submit(self) -> None:
        """Try the PIN."""
        sign_in = self.app.backend.services.staff.sign_in
        self.app.flow.ask(sign_in, self._card, self.take_pin(), then=self._welcome, failed=self._refused)

    def forget(self) -> None:
        self.forget_pin()

    def _welcome(self, session: Session) -> None:
        self.app.flow.sign_in(session)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Refused) and error.code in ("pin-wrong", "pin-locked"):
            self.app.play("error")
            self.trouble = self.app.tr.refusal(error.code, error.params)
        else:
            self.app.flow.refuse(error)


kv.load(__file__)
