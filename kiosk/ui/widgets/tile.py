"""The tile of one good: picture, name, price in points, and whether it can be had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kivy.properties import BooleanProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from kiosk.services.views import ShelfItem
from kiosk.ui import kv
from kiosk.ui.form import Colour, goods_ground
from kiosk.ui.widgets import goodpicture, text  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.tappable import Tappable
from kiosk.words import points


class Tile(Tappable, BoxLayout):
    """One good. `fill` sets it; tapping calls `chosen(item)` where given."""

    name = StringProperty("")
    title = StringProperty("")
    price = StringProperty("")
    note = StringProperty("")
    note_tone = StringProperty("ink2")
    picture = StringProperty("")
    sku = StringProperty("")
    faded = BooleanProperty(False)
    narrow = BooleanProperty(False)
    item: ShelfItem | None = None
    chosen: Callable[[ShelfItem], None] | None = ObjectProperty(None, allownone=True)
    ground: Any = ObjectProperty((1, 1, 1, 1))

    def fill(self, item: ShelfItem, note: str, note_tone: str, faded: bool, prefix: str) -> None:
        """Show `item`; setting what is shown already costs nothing."""
        self.item = item
        self.name = f"{prefix}-{item.sku}"
        self.title = item.name
        self.price = points(item.price_tenths)
        self.sku, self.picture = item.sku, item.picture
        ground: Colour = goods_ground(item.picture)
        self.ground = ground
        self.note, self.note_tone, self.faded = note, note_tone, faded

    def ems(self, words: str) -> float:
        """About how wide words are, in font sizes, rather too wide."""
        return sum(1.0 if character > "\u2e7f" else 0.6 for character in words)

    def on_release(self) -> None:
        if self.chosen is not None and self.item is not None:
            self.chosen(self.item)


class TileGrid(GridLayout):
    """Tiles in columns; keeps and refills the tiles it has."""

    chosen = ObjectProperty(None, allownone=True)
    prefix = StringProperty("good")

    def on_chosen(self, *_args: object) -> None:
        for tile in self.children:
            tile.chosen = self.chosen

    def tiles(self, count: int) -> list[Tile]:
        """Exactly `count` tiles, in order of reading."""
        while len(self.children) < count:
            self.add_widget(Tile(chosen=self.chosen))
        while len(self.children) > count:
            self.remove_widget(self.children[0])
        return list(reversed(self.children))


kv.load(__file__)
