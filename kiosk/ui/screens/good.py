"""One good, large: its price, whether it can be had and how, and what the household thinks of it."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty

from kiosk.services.views import ShelfItem
from kiosk.ui import kv
from kiosk.ui.form import Colour, goods_ground
from kiosk.ui.screens import goods
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header  # noqa: F401  # its rule is used in the .kv file
from kiosk.words import points


class GoodPage(Page):
    """Opened from the shelf."""

    title = StringProperty("")
    price = StringProperty("")
    stock = StringProperty("")
    stock_tone = StringProperty("ink2")
    afford = StringProperty("")
    short = BooleanProperty(False)  # the points do not reach
    picture = StringProperty("")
    sku = StringProperty("")
    said = StringProperty("")  # what the household thinks of it, once that is written down
    may_vote = BooleanProperty(False)
    ground: Any = ObjectProperty((1, 1, 1, 1))
    _item: ShelfItem | None = None
    _origin = ""

    def enter(self, **facts: Any) -> None:
        self.forget()
        self._item, self._origin = facts["item"], facts.get("origin", "")
        self.render()

    def render(self) -> None:
        item, tr, account = self._item, self.app.tr, self.app.flow.account
        if item is None:
            return
        self.title, self.price = item.name, points(item.price_tenths)
        self.sku, self.picture = item.sku, item.picture
        ground: Colour = goods_ground(item.picture)
        self.ground = ground
        self.stock, self.stock_tone = goods.left(tr, item)
        self.may_vote = account is not None
        if account is None:
            self.afford, self.short = tr("good.card"), False
            return
        missing = item.price_tenths - account.available_tenths
        self.short = missing > 0
        self.afford = (
            tr("good.missing", points=points(missing))
            if missing > 0
            else tr("good.after", points=points(-missing))
        )

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:
        if self._item is not None:
            sku = self._item.sku
            self._item = next((item for item in shelf if item.sku == sku), self._item)
            self.render()

    def back(self) -> None:
        """To where this page was opened from."""
        if self._origin == "account":
            self.app.flow.to_account()
        else:
            self.app.flow.show("shelf", again=True)

    def vote(self, *, wanted: bool, price: str = "") -> None:
        """Write down that the household wants it, or what it thinks of the price."""
        flow, wishes = self.app.flow, self.app.backend.services.wishes
        if flow.account is None or self._item is None:
            return
        proof, sku = flow.account.proof, self._item.sku
        flow.ask(
            lambda terminal: wishes.vote(terminal, proof, sku, wanted=wanted, price=price),
            then=lambda _entry: self._noted(),
        )

    def forget(self) -> None:
        self._item = None
        self.title = self.price = self.stock = self.afford = self.picture = self.sku = self.said = ""
        self.short = self.may_vote = False

    def spoken(self) -> str:
        if self._item is None:
            return super().spoken()
        return self.app.tr("speech.good", name=self.title, price=self.price, afford=self.afford)

    def _noted(self) -> None:
        self.said = self.app.tr("good.noted")


kv.load(__file__)
