"""A resident's page: what the household has, this month, and what it can have for it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import Account, ShelfItem
from kiosk.ui import form, kv
from kiosk.ui.screens import goods, pots
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import chart, door, namelabel, tile  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.card import RedCard
from kiosk.ui.widgets.tappable import Tappable
from kiosk.words import points


class PotsCard(Tappable, RedCard):
    """The large red card; a tap explains its figures."""

    name = StringProperty("")


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
    heading = StringProperty("")
    total = StringProperty("")
    printer = BooleanProperty(False)  # one is plugged in: statements can be had
    _account: Account | None = None

    def on_kv_post(self, _base: Any) -> None:
        """Put the month's card where the window's shape wants it."""
        self.app.bind(theme=lambda *_: self._arrange())
        self.printer = bool(self.app.backend.settings.printer.address)
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

    def statement(self) -> None:
        """Print what the household has and its latest lines."""
        flow, service, tr = self.app.flow, self.app.backend.services.statement, self.app.tr
        if flow.account is not None:
            proof = flow.account.proof
            flow.ask(
                lambda terminal: service.print_statement(terminal, proof),
                then=lambda _name: flow.message(tr("account.printing"), tone="good"),
            )

    def _note(self, account: Account) -> str:
        """What the household should know today, the most urgent first; in a low window that alone."""
        tr = self.app.tr
        if not account.home_here:
            key = "account.guest" if account.may_spend else "account.elsewhere"
            return tr(key, home=account.home_name)
        found = [pots.loan(tr, account)]
        if account.owed_tenths and account.loan is None:
            found.append(tr("account.owed_note", points=points(account.owed_tenths)))
        if account.ending is not None:
            key = "account.ending_short" if self.app.theme.compact else "account.ending"
            day = form.day(tr, account.ending.day)
            found.append(tr(key, points=points(account.ending.tenths), day=day))
        found = [one for one in found if one] or [tr("account.no_ending")]
        return found[0] if self.app.theme.compact else "\n".join(found)

    def _tiles(self) -> None:
        theme, tr = self.app.theme, self.app.tr
        have = self._account.available_tenths if self._account else None
        shelf = sorted(self.app.flow.shelf, key=lambda item: not _within(item, have))  # first what can be had
        self.total = tr("account.see_all", n=len(shelf)) if shelf else ""
        shown = tuple(shelf[: theme.tiles])
        self.heading = tr("account.goods" if all(_within(one, have) for one in shown) else "account.shelf")
        goods.fill(self.ids.grid, shown, have, tr)

    def _arrange(self) -> None:
        month, left, right = self.ids.month, self.ids.left, self.ids.right
        if month.parent is not None:
            month.parent.remove_widget(month)
        if self.app.theme.tall:
            right.add_widget(month, index=1)
        else:
            left.add_widget(month)
        self._tiles()


def _within(item: ShelfItem, have_tenths: int | None) -> bool:
    """Whether a good is there and the points reach for one."""
    return item.on_hand > 0 and (have_tenths is None or item.price_tenths <= have_tenths)


kv.load(__file__)
