"""Somebody else takes the goods (代领): how they belong together, then who it is, by card or number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ledger.refusals import Refused
from kiosk.services.views import Account
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, numpad, scroll  # noqa: F401  # rules used in the .kv file
from kiosk.ui.widgets.numpad import BACK, CLEAR
from kiosk.ui.widgets.paged import TaskRow

MEMBER = "member"
DIGITS_LEAST, DIGITS_MOST = 4, 7
REASON = "other"  # a collector's number is typed because no card is at hand: the entry has no word for it


class CollectorPage(Page):
    """Sets `app.desk.collector` and leads back: of a member by name, of others by their card."""

    relation = StringProperty("")
    typed = StringProperty("")
    note = StringProperty("")
    whose = StringProperty("")
    by_number = BooleanProperty(False)  # the relation chosen is one with a household of its own
    some = BooleanProperty(False)  # people to choose from are shown

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.forget()
        self.render()

    def render(self) -> None:
        account, tr = self.app.desk.account, self.app.tr
        if account is not None:
            name, tail = form.who(tr, account.name), form.tail(account.household)
            self.whose = tr("desk.collector_whose", name=name, tail=tail)

    def forget(self) -> None:
        self.relation = self.typed = self.note = self.whose = ""
        self.by_number = False
        self._show(())

    def choose(self, relation: str) -> None:
        """How they belong together."""
        self.relation, self.typed, self.note = relation, "", ""
        self.by_number = relation != MEMBER
        self._show(())
        account = self.app.desk.account
        if relation == MEMBER and account is not None:
            members = self.app.backend.services.collectors.members
            self.app.flow.ask(members, account.household, then=self._members)

    def key(self, key: str) -> None:
        """A digit of the collector's own household number."""
        self.note = ""
        self._show(())
        if key == CLEAR:
            self.typed = ""
        elif key == BACK:
            self.typed = self.typed[:-1]
        elif len(self.typed) < DIGITS_MOST:
            self.typed += key

    def search(self) -> None:
        """Find the collector by the number of his own household."""

        def came(accounts: tuple[Account, ...]) -> None:
            mine = self.app.desk.account
            others = [one for one in accounts if mine is None or one.household != mine.household]
            self.note = "" if others else self.app.tr("find.none")
            tails = [self.app.tr("account.tail", tail=form.tail(one.household)) for one in others]
            self._show(tuple(one.name for one in others), tails)

        by_number = self.app.backend.services.find.by_number
        self.app.flow.ask(by_number, self.typed, REASON, then=came, failed=self._refused)

    def taker(self, account: Account) -> bool:
        """A household card was shown while this page is open; True when it was taken for the collector's."""
        mine = self.app.desk.account
        if not self.relation or self.relation == MEMBER or (mine and mine.household == account.household):
            self.note = self.app.tr("desk.collector_first")
        else:
            self._take(account.name, account.household)
        return True

    def nobody(self) -> None:
        """They take it themselves after all."""
        self.app.desk.collector = None
        self.back()

    def back(self) -> None:
        """To the basket, or to the bag that is handed out."""
        self.app.flow.show("redeem" if self.app.desk.held is None else "confirm")

    def _members(self, found: tuple[tuple[str, int], ...]) -> None:
        tr = self.app.tr
        self.note = "" if found else tr("desk.no_members")
        years = [tr("desk.born", year=born) if born else "" for _name, born in found]
        self._show(tuple(name for name, _born in found), years)

    def _show(self, people: tuple[str, ...], details: Sequence[str] = ()) -> None:
        box = self.ids.people
        box.clear_widgets()
        for at, (name, detail) in enumerate(zip(people, details, strict=True)):
            row = TaskRow(name=f"person-{at}", title=form.masked(name), detail=detail, ending="next")
            row.bind(on_release=lambda _row, name=name: self._take(name))
            box.add_widget(row)
        self.some = bool(people)
        self.ids.scroll.scroll_y = 1

    def _take(self, name: str, own: str = "") -> None:
        collecting = self.app.backend.services.collectors
        self.app.desk.collector = collecting.Collector(name=name, relation=self.relation, card=own)
        self.back()

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, Refused):
            self.note = self.app.tr.refusal(error.code, error.params)
        else:
            self.app.flow.refuse(error)


kv.load(__file__)
