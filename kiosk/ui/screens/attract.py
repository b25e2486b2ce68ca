"""The page nobody is at: how to begin, what is new, and what everybody may look at."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.anchorlayout import AnchorLayout
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.views import ShelfItem
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.words import points


class AttractWords(AnchorLayout):
    """What to do, in large words."""

    page = ObjectProperty(None, rebind=True)


class AttractPicture(BoxLayout):
    """What to do, as pictures."""

    page = ObjectProperty(None, rebind=True)


class Attract(Page):
    """What the terminal asks for depends on what is plugged in; arrow and words follow the camera's place."""

    kinds = NumericProperty(0)
    cheapest = StringProperty("")
    news_line = StringProperty("")  # the next collective day, or the notice that hangs
    by_camera = BooleanProperty(True)
    by_identity = BooleanProperty(False)
    camera_place = StringProperty("below")
    _teaser: Any = None

    def __init__(self, **kwargs: object) -> None:
        self.camera_place = self.app.backend.settings.screen.camera_place
        self.news()
        super().__init__(**kwargs)

    def on_kv_post(self, _base: Any) -> None:
        """Where the camera is at the left, the picture of it is too."""
        if self.camera_place == "left" and not self.app.theme.tall:
            words = self.children[-1]
            self.remove_widget(words)
            self.add_widget(words)

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.app.load_teaser()

    def render(self) -> None:
        told, tr = self._teaser, self.app.tr
        self.news_line = ""
        if told is None:
            return
        if told.session_day:
            key = "attract.session_now" if told.may_reserve else "attract.session_later"
            days = (told.session_day, told.session_opens, told.session_closes)
            day, opens, closes = (form.day(tr, one) for one in days)
            self.news_line = tr(key, day=day, opens=opens, closes=closes)
        elif told.notice_number:
            until = form.day(tr, told.notice_until)
            self.news_line = tr("attract.notice", n=told.notice_lines, until=until)

    def news(self) -> None:
        """Only what is plugged in is asked for; a camera that went away is not, while a scanner is there."""
        settings, health = self.app.backend.settings, self.app.health
        lost = {one.kind for one in health.values() if one.state in ("lost", "absent")}
        camera, scanner = bool(settings.camera.source), bool(settings.scanner.address)
        self.by_camera = camera and ("camera" not in lost or not scanner)
        self.by_identity = bool(settings.idcard.address) and "idcard" not in lost

    def tell(self, teaser: Any) -> None:
        """What is new, from the books."""
        self._teaser = teaser
        self.render()

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:
        there = [item for item in shelf if item.on_hand > 0]
        self.kinds = len(there)
        self.cheapest = points(min((item.price_tenths for item in there), default=0))

    def spoken(self) -> str:
        tr = self.app.tr
        how = tr("attract.how_camera", place=tr(f"place.{self.camera_place}"))
        return f"{tr('attract.title')}。{how if self.by_camera else tr('attract.how_scanner')}"


kv.load(__file__)
