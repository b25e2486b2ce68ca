"""The resident's own page: how many points this takes, very large, and one tap to agree."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import namelabel  # noqa: F401  # its rule is used in the .kv file
from kiosk.words import points


class Confirm(Page):
    """Nothing is taken before the tap; two taps are one."""

    speaks_up = True
    who = StringProperty("")
    charge = StringProperty("")
    before = StringProperty("")
    after = StringProperty("")
    goods_line = StringProperty("")
    sent = BooleanProperty(False)

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.sent = False
        self.render()

    def render(self) -> None:
        desk, tr = self.app.desk, self.app.tr
        if desk.account is None:
            return
        self.who = tr(
            "confirm.who", name=form.who(tr, desk.account.name), tail=form.tail(desk.account.household)
        )
        self.charge = points(desk.charge_tenths)
        self.before, self.after = points(desk.account.available_tenths), points(desk.after_tenths)
        self.goods_line = tr("confirm.comma").join(
            tr("confirm.item", name=item.name, n=qty, unit=item.unit) for item, qty in desk.lines.values()
        )

    def agree(self) -> None:
        """The resident's tap."""
        if not self.sent:
            self.sent = True
            self.app.desk.redeem()

    def forget(self) -> None:
        self.who = self.charge = self.before = self.after = self.goods_line = ""
        self.sent = False

    def spoken(self) -> str:
        return self.app.tr("speech.confirm", points=self.charge)


kv.load(__file__)
