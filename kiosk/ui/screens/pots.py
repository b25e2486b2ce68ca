"""What each of a household's figures means and what can be done with it, in plain words."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import Account
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header  # noqa: F401  # its rule is used in the .kv file
from kiosk.ui.widgets.card import Card
from kiosk.words import points


class PotCard(Card):
    """One pot: its name, how much is in it, and a sentence."""

    title = StringProperty("")
    value = StringProperty("")
    about = StringProperty("")
    main = BooleanProperty(False)


class PotsPage(Page):
    """Opened from the red card of the account."""

    available = StringProperty("")
    saved = StringProperty("")
    held = StringProperty("")
    owed = StringProperty("")
    available_about = StringProperty("")
    owed_about = StringProperty("")

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.render()

    def render(self) -> None:
        account, tr = self.app.flow.account, self.app.tr
        if account is None:
            return
        self.available, self.saved, self.held, self.owed = (
            points(tenths)
            for tenths in (
                account.available_tenths,
                account.saved_tenths,
                account.held_tenths,
                account.owed_tenths,
            )
        )
        self.available_about = ending(tr, account) or tr("pots.available")
        self.owed_about = loan(tr, account) or tr("pots.owed")

    def forget(self) -> None:
        self.available = self.saved = self.held = self.owed = ""
        self.available_about = self.owed_about = ""

    def spoken(self) -> str:
        tr = self.app.tr
        pots = {"available": self.available, "saved": self.saved, "held": self.held, "owed": self.owed}
        return tr("speech.pots", **pots) if self.available else super().spoken()


def ending(tr: Any, account: Account) -> str:
    """Which points end next; "" for none."""
    if account.ending is None:
        return ""
    key = {"points": points(account.ending.tenths), "day": form.day(tr, account.ending.day)}
    return str(tr("account.ending", **key))


def loan(tr: Any, account: Account) -> str:
    """What is still to be repaid and until when; "" without a loan."""
    if account.loan is None:
        return ""
    key = "account.loan_overdue" if account.loan.overdue else "account.loan"
    due = {"points": points(account.loan.left_tenths), "day": form.day(tr, account.loan.due)}
    return str(tr(key, **due))


kv.load(__file__)
