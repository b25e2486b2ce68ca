"""The page nobody is at: how to begin, and what is on the shelf today."""

from __future__ import annotations

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.views import ShelfItem
from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.words import points


class AttractWords(AnchorLayout):
    """What to do, in large words."""

    page = ObjectProperty(None, rebind=True)


class AttractPicture(BoxLayout):
    """What to do, as a picture."""

    page = ObjectProperty(None, rebind=True)


class Attract(Page):
    """What the terminal asks for depends on what is plugged in."""

    kinds = NumericProperty(0)
    cheapest = StringProperty("")
    by_camera = BooleanProperty(True)
    camera_place = StringProperty("below")

    def __init__(self, **kwargs: object) -> None:
        settings = self.app.backend.settings
        self.by_camera = bool(settings.camera.source)
        self.camera_place = settings.screen.camera_place
        super().__init__(**kwargs)

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:
        there = [item for item in shelf if item.on_hand > 0]
        self.kinds = len(there)
        self.cheapest = points(min((item.price_tenths for item in there), default=0))

    def spoken(self) -> str:
        tr = self.app.tr
        return f"{tr('attract.title')}。{tr('attract.how_' + ('camera' if self.by_camera else 'scanner'))}"


kv.load(__file__)
