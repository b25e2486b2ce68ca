"""No card at hand: the household by its number or by pinyin initials, with the reason why."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ledger.refusals import Refused
from kiosk.services.views import Account
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import namelabel, numpad  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.button import Btn
from kiosk.ui.widgets.numpad import BACK, CLEAR
from kiosk.words import points

MOST_SHOWN = 4
LONGEST = {"digits": 7, "letters": 8}
LEAST = {"digits": 4, "letters": 2}


class FoundRow(Btn):
    """One household that fits."""

    words = StringProperty("")
    detail = StringProperty("")
    account: Account | None = None


class Find(Page):
    """At the manager's desk only. The reason is recorded with the redemption."""

    pad = StringProperty("digits")
    typed = StringProperty("")
    reason = StringProperty("forgot")
    note = StringProperty("")
    enough = BooleanProperty(False)

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.forget()

    def switch(self, pad: str) -> None:
        """Digits or letters."""
        self.pad = pad
        self.forget_typed()

    def key(self, key: str) -> None:
        """A key of the pad."""
        if key == CLEAR:
            self.typed = ""
        elif key == BACK:
            self.typed = self.typed[:-1]
        elif len(self.typed) < LONGEST[self.pad]:
            self.typed += key
        self.note = ""
        self.ids.found.clear_widgets()
        self.enough = len(self.typed) >= LEAST[self.pad]

    def search(self) -> None:
        """Look the household up."""
        find = self.app.backend.services.find
        call = find.by_number if self.pad == "digits" else find.by_name
        typed = self.typed

        def came(accounts: tuple[Account, ...]) -> None:
            if typed == self.typed:
                self._show(accounts)

        self.app.flow.ask(call, typed, self.reason, then=came, failed=self._refused)

    def forget(self) -> None:
        self.reason = "forgot"
        self.pad = "digits"
        self.forget_typed()

    def forget_typed(self) -> None:
        """Nothing typed, nothing found."""
        self.typed = self.note = ""
        self.enough = False
        self.ids.found.clear_widgets()

    def _show(self, accounts: tuple[Account, ...]) -> None:
        tr = self.app.tr
        self.ids.found.clear_widgets()
        for account in accounts[:MOST_SHOWN]:
            row = FoundRow(name=f"found-{form.tail(account.household)}")
            row.account = account
            row.words = tr("account.family", name=form.masked(account.name))
            row.detail = tr(
                "find.detail",
                tail=form.tail(account.household),
                n=account.members,
                points=points(account.available_tenths),
            )
            row.bind(on_release=lambda chosen: self.app.desk.serve(chosen.account))
            self.ids.found.add_widget(row)
        if not accounts:
            self.note = tr("find.none")
        elif len(accounts) > MOST_SHOWN:
            self.note = tr("find.more", n=len(accounts) - MOST_SHOWN)

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.note = self.app.tr.refusal(error.code, error.params)
        else:
            self.app.flow.refuse(error)


kv.load(__file__)
