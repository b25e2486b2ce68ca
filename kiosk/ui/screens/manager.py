"""The manager's first page: today in figures, the devices, and what can be done now."""

from __future__ import annotations

from typing import Any

from kivy.properties import StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.views import Today
from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import card
from kiosk.words import points

_STATES = {"ok": "green", "warning": "gold_text", "lost": "red_text", "absent": "ink2"}
_ICONS = {"camera": "camera", "scanner": "scan", "printer": "print"}


class Stat(card.Card):
    """One figure with its name and what it means."""

    title = StringProperty("")
    value = StringProperty("")
    detail = StringProperty("")
    tone = StringProperty("ink")


class Action(ButtonBehavior, BoxLayout):
    """A large thing to do."""

    name = StringProperty("")
    icon = StringProperty("")
    title = StringProperty("")
    detail = StringProperty("")
    primary = StringProperty("")


class DeviceRow(BoxLayout):
    """One device and its state in words."""

    icon = StringProperty("")
    title = StringProperty("")
    state = StringProperty("")
    tone = StringProperty("ink")


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
            ids.worth.detail = tr(
                "manager.cover", percent=round(100 * today.shelf_tenths / owed) if owed else 100
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

    def forget(self) -> None:
        """Figures of the centre are nobody's secret; they are fetched again on entering."""

    def _came(self, today: Today) -> None:
        self._today = today
        self.render()

    def _devices(self) -> None:
        tr, box = self.app.tr, self.ids.devices
        states = sorted(self.app.health.values(), key=lambda health: (health.kind, health.device))
        while len(box.children) < len(states):
            box.add_widget(DeviceRow())
        while len(box.children) > len(states):
            box.remove_widget(box.children[0])
        for row, health in zip(reversed(box.children), states, strict=True):
            kind = f"device.{health.kind}"
            row.icon = _ICONS.get(health.kind, "list")
            row.title = tr(kind) if tr.has(kind) else health.device
            detail = f"device.{health.detail}" if health.detail else ""
            row.state = tr(detail) if detail and tr.has(detail) else tr(f"device.state_{health.state}")
            row.tone = _STATES[health.state]
        self.ids.no_devices.text = "" if states else tr("manager.no_devices")


kv.load(__file__)
