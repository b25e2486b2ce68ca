"""The resident's own page: how many points this takes, very large, and one tap (or a PIN) to agree."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import collecting, form, kv
from kiosk.ui.pin import PinTyping
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import namelabel, numpad, pindots  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points


class Confirm(PinTyping, Page):
    """Nothing is taken before the tap; two taps are one. Where the household has a PIN, it goes before.

    Its pad is never shuffled: an old person types by place.
    """

    speaks_up = True
    charge = StringProperty("")
    before = StringProperty("")
    after = StringProperty("")
    asks = StringProperty("")  # who is to press, and what for
    goods_line = StringProperty("")
    taker = StringProperty("")
    sent = BooleanProperty(False)
    held = BooleanProperty(False)  # a reservation is handed out
    asks_pin = BooleanProperty(False)
    _parts: dict[str, Any]

    def on_kv_post(self, _base: Any) -> None:
        """Keep what is taken out while it is not needed."""
        self._parts = {name: self.ids[name].__self__ for name in ("pad", "no", "take", "sign")}
        self._arrange()

    def enter(self, **facts: Any) -> None:
        account = self.app.desk.account
        self.sent = False
        self.forget_pin()
        self.trouble = facts.get("trouble", "")
        self.asks_pin = facts.get("asks_pin", bool(account and account.asks_pin))
        self.render()
        self._arrange()

    def render(self) -> None:
        desk, tr = self.app.desk, self.app.tr
        if desk.account is None:
            return
        self.held = desk.held is not None
        self.taker = collecting.sentence(tr, desk.collector)
        self.who = tr(
            "desk.held_who" if self.held else "confirm.who",
            name=form.who(tr, desk.account.name),
            tail=form.tail(desk.account.household),
        )
        by = "collector" if desk.collector is not None else "self"
        self.asks = tr(f"desk.held_title_{by}" if self.held else f"confirm.title_{by}")
        self.charge = points(desk.charge_tenths)
        self.before, self.after = points(desk.account.available_tenths), points(desk.after_tenths)
        self.goods_line = tr("confirm.comma").join(
            tr(
                "confirm.item" if self.held else "confirm.item_points",
                name=item.name,
                n=qty,
                unit=item.unit,
                points=points(item.price_tenths * qty),
            )
            for item, qty in desk.lines.values()
        )

    def agree(self) -> None:
        """The resident's tap."""
        if not self.sent:
            self.sent = True
            self.app.desk.redeem(confirm="pin" if self.asks_pin else "tap", pin=self.take_pin())

    def sign(self) -> None:
        """The PIN is forgotten: the resident signs on the stub instead."""
        if not self.sent:
            self.sent = True
            self.take_pin()
            self.app.desk.redeem(confirm="sign")

    def _arrange(self) -> None:
        """Pad and buttons as this household needs them."""
        parts, upper, buttons = self._parts, self.ids.upper, self.ids.buttons
        upper.remove_widget(parts["pad"])
        if self.asks_pin:
            upper.add_widget(parts["pad"])
        buttons.clear_widgets()
        wanted = {"no": True, "take": self.held, "sign": self.asks_pin}
        for name in (name for name, here in wanted.items() if here):
            buttons.add_widget(parts[name])

    def forget(self) -> None:
        self.forget_pin()
        self.taker = ""
        self.asks_pin = self.held = False
        self.charge = self.before = self.after = self.goods_line = self.asks = ""
        self.sent = False

    def spoken(self) -> str:
        key = "desk.say_held" if self.held else "desk.say_pin" if self.asks_pin else "speech.confirm"
        told: str = self.app.tr(key, points=self.charge)
        return told


kv.load(__file__)
