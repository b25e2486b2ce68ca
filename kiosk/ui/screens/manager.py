"""The manager's first page: today in figures, what can be done, what to look after, the devices."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.views import ShelfItem, Today
from kiosk.ui import form, kv
from kiosk.ui.screens import todo
from kiosk.ui.screens.page import Page
from kiosk.ui.theme import Theme
from kiosk.ui.widgets import card
from kiosk.words import points

_STATES = {"ok": "green", "warning": "gold_text", "lost": "red_text", "absent": "ink2"}
_ICONS = {
    "camera": "camera",
    "serial-scanner": "scan",
    "hid-scanner": "scan",
    "idcard": "card",
    "printer": "print",
    "speech": "speak",
}
MOST_TODO = 4
LINE_HEIGHT = 1.48  # of Noto Sans CJK, and a little


class Stat(card.Card):
    """One figure with its name and what it means."""

    title = StringProperty("")
    value = StringProperty("")
    detail = StringProperty("")
    tone = StringProperty("ink")

    def least(self, theme: Theme) -> float:
        """The height with one line each, so that nothing moves when the figures come."""
        small = 0 if theme.cramped else theme.fs("small")
        lines = theme.fs("body") + 0.9 * theme.fs("stat") + small
        return LINE_HEIGHT * lines + theme.dp(2 * 18)


class Action(ButtonBehavior, BoxLayout):
    """A large thing to do."""

    name = StringProperty("")
    icon = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")
    primary = StringProperty("")
    need = NumericProperty(0)  # the height its words take, px


class DeviceRow(BoxLayout):
    """One device and its state in words."""

    icon = StringProperty("")
    title = StringProperty("")
    state = StringProperty("")
    tone = StringProperty("ink")


class TodoRow(BoxLayout):
    """One thing to look after."""

    title = StringProperty("")
    detail = StringProperty("")
    tone = StringProperty("gold_text")


class Manager(Page):
    """Shown after sign-in and between tasks."""

    _today: Today | None = None

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        if self.app.flow.session is None:
            return
        self.app.flow.ask(self.app.backend.services.books.today, then=self._came)
        self.render()

    def news(self) -> None:
        self.render()

    def render(self) -> None:
        tr, line, today = self.app.tr, self.app.line, self._today
        if today is not None:
            ids = self.ids
            ids.redeemed.value = tr("manager.redemptions", n=today.redemptions)
            ids.redeemed.detail = tr("manager.pieces", points=points(today.points_tenths), n=today.pieces)
            ids.worth.value = tr("manager.points", points=form.thousands(points(today.shelf_tenths)))
            owed = today.outstanding_tenths
            ids.worth.detail = (
                tr("manager.cover", percent=100 * today.shelf_tenths // owed)
                if owed > today.shelf_tenths
                else tr("manager.cover_all")
            )
            ids.low.value = tr("manager.kinds", n=len(today.low_stock))
            ids.low.detail = tr("manager.comma").join(
                today.low_stock[: 2 if self.app.theme.compact else 3]
            ) or tr("manager.nothing_low")
            ids.low.tone = "gold_text" if today.low_stock else "green"
            waiting = line.waiting or today.waiting
            ids.waiting.value = tr("manager.entries", n=waiting)
            at_ms = line.last_exchange_at_ms or today.last_exchange_at_ms
            ids.waiting.detail = (
                tr("manager.last_short" if self.app.theme.compact else "manager.last", time=form.clock(at_ms))
                if at_ms
                else tr("manager.never")
            )
            ids.waiting.tone = "gold_text" if waiting else "green"
        self._devices()
        self._todo()

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:  # noqa: ARG002
        self._todo()

    def forget(self) -> None:
        """Figures of the centre are nobody's secret; they are fetched again on entering."""

    def _came(self, today: Today) -> None:
        self._today = today
        self.render()

    def _devices(self) -> None:
        tr, box = self.app.tr, self.ids.devices
        states = todo.in_order(self.app.health)
        while len(box.children) < len(states):
            box.add_widget(DeviceRow())
        while len(box.children) > len(states):
            box.remove_widget(box.children[0])
        for row, health in zip(reversed(box.children), states, strict=True):
            kind = f"device.{health.kind}"
            row.icon = _ICONS.get(health.kind, "list")
            row.title = tr(kind) if tr.has(kind) else health.device
            row.state = todo.state(tr, health)
            row.tone = _STATES[health.state]
        self.ids.no_devices.text = "" if states else tr("manager.no_devices")

    def _todo(self) -> None:
        app, box = self.app, self.ids.todo
        low = self._today.low_stock if self._today is not None else ()
        things = todo.things(app.tr, app.health, app.bar.alone or app.line.online, app.flow.shelf, low)[
            :MOST_TODO
        ]
        while len(box.children) < len(things):
            box.add_widget(TodoRow())
        while len(box.children) > len(things):
            box.remove_widget(box.children[0])
        for row, thing in zip(reversed(box.children), things, strict=True):
            row.title, row.detail, row.tone = thing
        self.ids.nothing.text = "" if things else self.app.tr("todo.nothing")


kv.load(__file__)
