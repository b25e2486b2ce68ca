"""Everything on the shelf with its price; at the manager's desk a tap puts one into the basket."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.services.views import ShelfItem
from kiosk.ui import kv
from kiosk.ui.screens import goods
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll, tile  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class ShelfPage(Page):
    """Opened from the attract page, from an account, or (picking) from the basket."""

    picking = BooleanProperty(False)
    note = StringProperty("")
    count = NumericProperty(0)

    def on_kv_post(self, _base: Any) -> None:
        """A tap on a tile is ours."""
        self.ids.grid.chosen = self._tapped

    def enter(self, **facts: Any) -> None:
        self.picking = bool(facts.get("picking"))
        self.ids.scroll.scroll_y = 1.0
        self.render()

    def render(self) -> None:
        flow, tr = self.app.flow, self.app.tr
        account = flow.account or self.app.desk.account
        have = account.available_tenths if account else None
        if self.picking and have is not None:
            have = max(0, self.app.desk.after_tenths)
        self.note = tr("shelf.have", points=points(have)) if have is not None else tr("shelf.hint")
        self.count = len(flow.shelf)
        goods.fill(self.ids.grid, flow.shelf, have, tr)

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:  # noqa: ARG002
        self.render()

    def forget(self) -> None:
        self.picking = False
        self.render()

    def back(self) -> None:
        """To where this page was opened from."""
        flow = self.app.flow
        if self.picking:
            flow.show("redeem")
        elif flow.account is not None:
            flow.show("account", account=flow.account)
        else:
            flow.home()

    def _tapped(self, item: ShelfItem) -> None:
        tr = self.app.tr
        if self.picking:
            self.app.desk.add(item)
            self.app.toast.say(tr("shelf.added", name=item.name))
            self.render()
        else:
            self.app.toast.say(tr("shelf.how", name=item.name, price=points(item.price_tenths)))


kv.load(__file__)
