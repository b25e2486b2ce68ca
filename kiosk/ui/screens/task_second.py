"""The second person: card, then PIN; somebody else than who is signed in, and allowed to sign this."""

from __future__ import annotations

from kiosk.ledger.refusals import Refused
from kiosk.services import roles
from kiosk.services.views import Session
from kiosk.ui import form, kv
from kiosk.ui.pin import PinTyping
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.steps import Second
from kiosk.ui.widgets import numpad, sign  # noqa: F401  # their rules are used in the .kv file


class TaskSecond(PinTyping, TaskPage):
    """The PIN is checked at once and kept nowhere; the service checks the role again."""

    def fill(self) -> None:
        self.lay_keys()

    def takes(self, code: str) -> bool:
        if not code.startswith("S1:"):
            return super().takes(code)

        def greet(found: tuple[str, str]) -> None:
            staff, name = found
            if staff == self.app.tasks.at.staff:
                self.app.toast.say(self.app.tr("tasks.second_other"))
                return
            self._card, self._pin, self.length = code, "", 0
            self.who, self.trouble = form.masked(name), ""

        self.app.tasks.look_up(lambda at: at.services.staff.by_card(at.terminal, code), greet)
        return True

    def submit(self) -> None:
        """Try the PIN."""
        sign_in = self.app.backend.services.staff.sign_in
        self.app.flow.ask(sign_in, self._card, self.take_pin(), then=self._signed, failed=self._refused)

    def forget(self) -> None:
        super().forget()
        self.forget_pin()

    def _signed(self, session: Session) -> None:
        step, tr = self.app.tasks.asked, self.app.tr
        if not isinstance(step, Second):
            return
        if not roles.may(session.role, step.act):
            self.trouble = tr.refusal("role-may-not", {})
            return
        name = tr(f"signed_in.{session.role}", name=form.masked(session.name))
        self.app.tasks.answer(session.staff, name)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.trouble = self.app.tr.refusal(error.code, error.params)
        else:
            self.app.flow.refuse(error)


kv.load(__file__)
