"""A resident's page: what the household has, this month, and what it can have for it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import Account, ShelfItem
from kiosk.ui import form, kv
from kiosk.ui.screens import goods
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import bars, namelabel, tile  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class AccountPage(Page):
    """Made before the first card comes; a card only sets words."""

    speaks_up = True
    who = StringProperty("")
    tail = StringProperty("")
    available = StringProperty("")
    saved = StringProperty("")
    held = StringProperty("")
    owed = StringProperty("")
    month = StringProperty("")
    rank = StringProperty("")
    note = StringProperty("")
    total = StringProperty("")
    away = BooleanProperty(False)
    _account: Account | None = None

    def on_kv_post(self, _base: Any) -> None:
        """Put the month's card where the window's shape wants it."""
        self.app.bind(theme=lambda *_: self._arrange())
        self._arrange()

    def enter(self, **facts: Any) -> None:
        account: Account = facts["account"]
        self._account = account
        self.render()

    def render(self) -> None:
        account, tr = self._account, self.app.tr
        if account is None:
            return
        self.who = form.who(tr, account.name)
        self.tail = form.tail(account.household)
        self.available = points(account.available_tenths)
        self.saved, self.held, self.owed = (
            points(tenths) for tenths in (account.saved_tenths, account.held_tenths, account.owed_tenths)
        )
        self.month = tr(
            "account.month",
            earned=points(account.month_earned_tenths),
            deducted=points(account.month_deducted_tenths),
        )
        self.rank = tr("account.rank", n=account.rank) if account.rank else ""
        self.note = self._note(account)
        self.ids.bars.show(
            tuple((form.category(tr, code), tenths) for code, tenths in account.month_by_category)
        )
        self._tiles()

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:  # noqa: ARG002
        self._tiles()

    def forget(self) -> None:
        self._account = None
        self.who = self.tail = self.available = self.saved = self.held = self.owed = ""
        self.month = self.rank = self.note = ""
        self.ids.bars.show(tuple((title, 0) for title in self.ids.bars.titles()))

    def spoken(self) -> str:
        return self.app.tr("speech.account", tail=self.tail, points=self.available)

    def _note(self, account: Account) -> str:
        tr = self.app.tr
        if not account.home_here:
            key = "account.guest" if account.may_spend else "account.elsewhere"
            return tr(key, home=account.home_name)
        if account.owed_tenths:
            return tr("account.owed_note", points=points(account.owed_tenths))
        if account.ending is None:
            return tr("account.no_ending")
        key = "account.ending_short" if self.app.theme.compact else "account.ending"
        return tr(key, points=points(account.ending.tenths), day=form.day(tr, account.ending.day))

    def _tiles(self) -> None:
        theme, shelf = self.app.theme, self.app.flow.shelf
        have = self._account.available_tenths if self._account else None
        self.total = self.app.tr("account.see_all", n=len(shelf)) if shelf else ""
        goods.fill(self.ids.grid, shelf[: 6 if theme.tall or theme.compact else 8], have, self.app.tr)

    def _arrange(self) -> None:
        month, left, right = self.ids.month, self.ids.left, self.ids.right
        if month.parent is not None:
            month.parent.remove_widget(month)
        if self.app.theme.tall:
            right.add_widget(month, index=1)
        else:
            left.add_widget(month)
        self._tiles()


kv.load(__file__)
