"""No card at hand: the household by its number, by pinyin initials or by an identity number."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ledger import identity_number
from kiosk.ledger.refusals import Refused
from kiosk.services.views import Account
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, namelabel, numpad, scroll  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.button import Btn
from kiosk.ui.widgets.numpad import BACK, CLEAR
from kiosk.words import points

MOST_SHOWN = 20  # as many as the look-up gives
LONGEST = {"digits": 7, "letters": 8, "identity": identity_number.LENGTH}
LEAST = {"digits": 4, "letters": 1, "identity": identity_number.LENGTH}


class FoundRow(Btn):
    """One household that fits."""

    words = StringProperty("")
    detail = StringProperty("")
    account: Account | None = None


class Find(Page):
    """At the manager's desk only. The reason is recorded with the redemption.

    An identity number is shown by its last four characters only and forgotten with the look-up.
    """

    pad = StringProperty("digits")
    typed = StringProperty("")
    reason = StringProperty("forgot")
    note = StringProperty("")
    enough = BooleanProperty(False)
    _entered = ""

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.forget()

    def switch(self, pad: str) -> None:
        """Household number (digits), letters, or identity number."""
        self.pad = pad
        self.forget_typed()

    def key(self, key: str) -> None:
        """A key of the pad."""
        entered = self._entered
        if key == CLEAR:
            entered = ""
        elif key == BACK:
            entered = entered[:-1]
        elif len(entered) < LONGEST[self.pad]:
            entered += key
        self.note = ""
        self.ids.found.clear_widgets()
        self._set(entered)

    def search(self) -> None:
        """Look the household up."""
        find, entered = self.app.backend.services.find, self._entered
        if self.pad == "identity":
            self._set("")
            self._search_identity(entered)
            return
        call = find.by_number if self.pad == "digits" else find.by_name

        def came(accounts: tuple[Account, ...]) -> None:
            if entered == self._entered:
                self._show(accounts)

        self.app.flow.ask(call, entered, self.reason, then=came, failed=self._refused)

    def _search_identity(self, number: str) -> None:
        if not identity_number.plausible(number):
            self.note = self.app.tr("find.identity_wrong")
            return

        def came(account: Account) -> None:
            if self.pad == "identity" and not self._entered:
                self._show((account,))

        by_digest = self.app.backend.services.find.by_digest
        self.app.flow.ask(by_digest, number, then=came, failed=self._refused)

    def _set(self, entered: str) -> None:
        self._entered = entered
        self.typed = identity_number.masked(entered) if self.pad == "identity" else entered
        self.enough = len(entered) >= LEAST[self.pad]

    def forget(self) -> None:
        self.reason = "forgot"
        self.pad = "digits"
        self.forget_typed()

    def forget_typed(self) -> None:
        """Nothing typed, nothing found."""
        self.note = ""
        self._set("")
        self.ids.found.clear_widgets()

    def _show(self, accounts: tuple[Account, ...]) -> None:
        tr = self.app.tr
        self.ids.found.clear_widgets()
        for account in accounts[:MOST_SHOWN]:
            row = FoundRow(name=f"found-{form.tail(account.household)}")
            row.account = account
            row.words = tr("account.family", name=form.who(tr, account.name))
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
        elif len(accounts) >= MOST_SHOWN:
            self.note = tr("desk.find_more")
        self.ids.scroll.scroll_y = 1

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.note = self.app.tr.refusal(error.code, error.params)
        else:
            self.app.flow.refuse(error)


kv.load(__file__)
