"""One line of the basket: picture, name, price of one, − how many +, sum."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.views import ShelfItem
from kiosk.ui import kv
from kiosk.ui.form import Colour, goods_ground
from kiosk.ui.widgets import button, card, goodpicture, text  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class BasketRow(BoxLayout):
    """Fires `on_step(sku, +1 or -1)`."""

    __events__ = ("on_step",)
    sku = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")
    picture = StringProperty("")
    qty = NumericProperty(0)
    stacked = BooleanProperty(False)  # the name stands over the keys
    total = StringProperty("")
    ground: Any = ObjectProperty((1, 1, 1, 1))
    item: ShelfItem | None = None
    most = NumericProperty(1_000_000)  # pieces: no + beyond it

    def fill(self, item: ShelfItem, qty: int, detail: str) -> None:
        """Show `qty` pieces of `item`."""
        self.item = item
        self.sku, self.title, self.picture, self.detail = item.sku, item.name, item.picture, detail
        ground: Colour = goods_ground(item.picture)
        self.ground, self.qty, self.total = ground, qty, points(item.price_tenths * qty)

    def on_step(self, sku: str, by: int) -> None:
        """Default: nothing."""


kv.load(__file__)
