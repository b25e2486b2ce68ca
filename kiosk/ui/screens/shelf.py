"""Everything on the shelf with its price; at the manager's desk a tap puts one into the basket."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.initials import fits
from kiosk.services.views import ShelfItem
from kiosk.ui import kv
from kiosk.ui.screens import goods
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import empty, header, numpad, scroll, tile  # noqa: F401  # rules used in the .kv file
from kiosk.ui.widgets.numpad import BACK
from kiosk.words import points

MOST_LETTERS = 8


class ShelfPage(Page):
    """Opened from the attract page, from an account, or (picking) from the basket."""

    picking = BooleanProperty(False)
    note = StringProperty("")
    count = NumericProperty(0)  # of the goods that are shown
    only = StringProperty("all")  # all, or affordable: what can be had now
    typed = StringProperty("")
    searching = BooleanProperty(False)
    has_account = BooleanProperty(False)

    def on_kv_post(self, _base: Any) -> None:
        """A tap on a tile is ours."""
        self.ids.grid.chosen = self._tapped

    def enter(self, **facts: Any) -> None:
        if not facts.get("again"):
            self.picking = bool(facts.get("picking"))
            self._all()
            self.ids.scroll.scroll_y = 1.0
        self.render()

    def render(self) -> None:
        flow, tr = self.app.flow, self.app.tr
        have = self._have()
        self.has_account = have is not None
        self.note = tr("shelf.have", points=points(have)) if have is not None else tr("shelf.hint")
        shown = tuple(item for item in flow.shelf if self._wanted(item, have))
        self.count = len(shown)
        goods.fill(self.ids.grid, shown, have, tr)

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:  # noqa: ARG002
        self.render()

    def forget(self) -> None:
        self.picking = False
        self._all()
        self.render()

    def spoken(self) -> str:
        return self.app.tr("speech.shelf")

    def show_only(self, which: str) -> None:
        """All goods, or only those that can be had now."""
        self.only = which
        self._again()

    def search(self, on: bool) -> None:
        """Open or close the letters."""
        self.searching, self.typed = on, ""
        self._again()

    def key(self, key: str) -> None:
        """A key of the letters."""
        self.typed = self.typed[:-1] if key == BACK else (self.typed + key)[:MOST_LETTERS]
        self._again()

    def back(self) -> None:
        """To where this page was opened from."""
        if self.picking:
            self.app.flow.show("redeem")
        else:
            self.app.flow.to_account()

    def _all(self) -> None:
        self.only, self.typed, self.searching = "all", "", False

    def _again(self) -> None:
        self.ids.scroll.scroll_y = 1.0
        self.render()

    def _have(self) -> int | None:
        account = self.app.flow.account or self.app.desk.account
        if account is None:
            return None
        return max(0, self.app.desk.after_tenths) if self.picking else account.available_tenths

    def _wanted(self, item: ShelfItem, have: int | None) -> bool:
        if self.only == "affordable" and (
            item.on_hand <= 0 or (have is not None and item.price_tenths > have)
        ):
            return False
        return fits(item.name, self.typed)

    def _tapped(self, item: ShelfItem) -> None:
        if self.picking:
            self.app.desk.add(item)
            self.app.toast.say(self.app.tr("shelf.added", name=item.name))
            self.render()
        else:
            self.app.flow.show("good", item=item)


kv.load(__file__)
