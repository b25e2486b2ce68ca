"""No card at hand: the household by its number, by pinyin initials or by an identity number."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ledger import identity_number
from kiosk.ledger.refusals import Refused
from kiosk.services.views import Account
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, numpad, scroll  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.numpad import BACK, CLEAR
from kiosk.ui.widgets.paged import TaskRow
from kiosk.words import points

MOST_SHOWN = 20  # as many as the look-up gives
LONGEST = {"digits": 7, "letters": 8, "identity": identity_number.LENGTH}
LEAST = {"digits": 4, "letters": 1, "identity": identity_number.LENGTH}


class Find(Page):
    """At the manager's desk only. The reason is recorded with the redemption.

    An identity number is shown by its last four characters only and forgotten with the look-up.
    """

    pad = StringProperty("digits")
    typed = StringProperty("")
    reason = StringProperty("forgot")
    note = StringProperty("")
    enough = BooleanProperty(False)
    some = BooleanProperty(False)  # households were found: one of them is tapped next
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
        self.forget_found()
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
        self.forget_found()
        self._set("")

    def forget_found(self) -> None:
        """Nothing found."""
        self.note, self.some = "", False
        self.ids.found.clear_widgets()

    def _show(self, accounts: tuple[Account, ...]) -> None:
        tr = self.app.tr
        self.forget_found()
        for account in accounts[:MOST_SHOWN]:
            self.ids.found.add_widget(self._row(account))
        self.some = bool(accounts)
        many = "desk.find_more" if len(accounts) >= MOST_SHOWN else "find.choose"
        self.note = tr(many if accounts else "find.none")
        self.ids.scroll.scroll_y = 1

    def _row(self, account: Account) -> TaskRow:
        tr, tail = self.app.tr, form.tail(account.household)
        row = TaskRow(
            name=f"found-{tail}",
            title=tr("account.family", name=form.who(tr, account.name)),
            detail=tr("find.detail", tail=tail, n=account.members, points=points(account.available_tenths)),
            ending="next",
        )
        row.bind(on_release=lambda _row: self.app.desk.serve(account))
        return row

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.note = self.app.tr.refusal(error.code, error.params)
        else:
            self.app.flow.refuse(error)


kv.load(__file__)
