"""A household's reservation: the number to be called by, very large, the day, and what is set aside."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class ReservedPage(Page):
    """Right after it was made, or opened again later."""

    chimes = "done"
    speaks_up = True
    number = StringProperty("")
    day = StringProperty("")
    until = StringProperty("")
    goods_line = StringProperty("")
    amount = StringProperty("")
    new = BooleanProperty(False)
    _made: Any = None
    _day = ""

    def enter(self, **facts: Any) -> None:
        self._made, self._day, self.new = facts["made"], facts["day"], bool(facts.get("new"))
        self.render()

    def render(self) -> None:
        made, tr = self._made, self.app.tr
        if made is None:
            return
        self.number = str(made.queue)
        self.day = form.day(tr, self._day)
        self.until = tr("reserved.until", day=form.day(tr, made.until))
        self.amount = points(made.amount_tenths)
        self.goods_line = tr("confirm.comma").join(
            tr("confirm.item", name=line.item.name, n=line.qty, unit=line.item.unit) for line in made.lines
        )

    def forget(self) -> None:
        self._made, self._day = None, ""
        self.number = self.day = self.until = self.goods_line = self.amount = ""
        self.new = False

    def spoken(self) -> str:
        return (
            self.app.tr("speech.reserved", number=self.number, day=self.day)
            if self._made
            else super().spoken()
        )


kv.load(__file__)
