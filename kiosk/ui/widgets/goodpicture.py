"""The picture of a good: the centre's own photo, else the drawn one, else a parcel and how it is called."""

from __future__ import annotations

from typing import Any

from kivy.app import App
from kivy.properties import AliasProperty, BooleanProperty, ObjectProperty, StringProperty

from kiosk.ui import kv
from kiosk.ui.form import goods_ground
from kiosk.ui.theme import PALETTES
from kiosk.ui.widgets import icon

FIRST = 2  # characters of a name, which no rare one doubles


class GoodPicture(icon.Picture):
    """`sku` names the photo, `source` the drawn picture; `title` is what the placeholder begins."""

    sku = StringProperty("")
    title = StringProperty("")
    roomy = BooleanProperty(True)  # for the parcel above the letters
    parcel: Any = ObjectProperty(None, allownone=True)
    ink, ground = PALETTES["light"].ink, goods_ground("")  # goods lie on pale grounds in every theme
    letters = AliasProperty(
        lambda one: one.title[:FIRST].strip() if one.texture is None else "", bind=["title", "texture"]
    )

    def on_source(self, *_args: object) -> None:
        photos = getattr(App.get_running_app(), "photos", None)  # the dock shows drawn pictures alone
        photo = photos.texture(self.sku, self.on_source) if photos is not None and self.sku else None
        self.texture = photo or icon.texture(self.folder, self.source)
        self.parcel = icon.texture("icons", "gift") if self.texture is None else None

    def on_sku(self, *_args: object) -> None:
        self.on_source()

    def on_title(self, *_args: object) -> None:
        self.on_source()


kv.load(__file__)
