"""The first page of whoever is signed in: today in figures, where to go, what to look after, the devices."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from kiosk.services.roles import may
from kiosk.services.views import ShelfItem, Today
from kiosk.ui import doors, form, kv
from kiosk.ui.doors import Door
from kiosk.ui.screens import todo
from kiosk.ui.screens.page import Page
from kiosk.ui.theme import TARGET_PX, Theme
from kiosk.ui.widgets import card
from kiosk.ui.widgets.button import Btn
from kiosk.ui.widgets.tappable import Tappable
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
SMALL = 2  # doors as buttons beside the large ones; what is left is behind one of their own
MOST_TALL = 150  # of a small door, px of the drawing
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


class Action(Tappable, BoxLayout):
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
    """One thing to look after; not shown where it would reach out of its `room`."""

    title = StringProperty("")
    detail = StringProperty("")
    tone = StringProperty("gold_text")
    room = ObjectProperty(None, rebind=True)


class Manager(Page):
    """Shown after sign-in and between tasks; each role sees its own doors and duties."""

    big_height = NumericProperty(0)
    _today: Today | None = None
    _duties: tuple[Any, ...] = ()
    _built: tuple[str, Any] = ("", None)  # for which role and words the doors stand

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        session = self.app.flow.session
        if session is None:
            return
        services = self.app.backend.services
        self.app.flow.ask(services.books.today, then=self._came)
        self.app.flow.ask(services.duties.duties, session.role, then=self._duties_came)
        self.render()

    def news(self) -> None:
        self.render()

    def render(self) -> None:
        self._doors()
        self._figures()
        self._devices()
        self._todo()

    def forget(self) -> None:
        """Figures of the centre are nobody's secret; they are fetched again on entering."""

    def _came(self, today: Today) -> None:
        self._today = today
        self.render()

    def _duties_came(self, duties: tuple[Any, ...]) -> None:
        self._duties = duties
        self._todo()

    def _doors(self) -> None:
        """Make the doors of this role, once for each role and language."""
        session, tr = self.app.flow.session, self.app.tr
        if session is None or self._built == (session.role, tr):
            return
        self._built = (session.role, tr)
        mine = doors.of(session.role)
        first, others = self.ids.first, self.ids.others
        first.clear_widgets()
        others.clear_widgets()
        for at, door in enumerate(mine[: doors.BIG]):
            (others if at else first).add_widget(self._large(door, first=not at))
        self.ids.doors.clear_widgets()
        rest = mine[doors.BIG :]
        for door in rest if len(rest) <= SMALL + 1 else rest[:SMALL]:
            self._small(door.name, door.icon, tr(f"door.{door.name}"), lambda door=door: self._open(door))
        if len(rest) > SMALL + 1:
            self._small("more", "list", tr("door.more"), lambda: self.app.flow.show("more"))
        self._small("sign-out", "lock", tr("manager.sign_out"), self.app.flow.end_visit)
        self._fit_doors()

    def _large(self, door: Door, *, first: bool) -> Action:
        tr = self.app.tr
        action = Action(
            name=door.name,
            icon=door.icon,
            primary="yes" if first else "",
            title=tr(f"door.{door.name}"),
            detail=tr(f"door.{door.name}_how"),
        )
        action.bind(need=self._fit_doors, on_release=lambda _action: self._open(door))
        return action

    def _small(self, name: str, icon: str, text: str, act: Any) -> None:
        theme = self.app.theme
        button = Btn(name=name, icon=icon, text=text)
        if not theme.tall:  # they fill their column, up to a height that still looks like a button
            button.size_hint_y, button.size_hint_min_y = 1, TARGET_PX
            button.size_hint_max_y = max(theme.target, theme.dp(MOST_TALL))
        button.bind(on_release=lambda _button: act())
        self.ids.doors.add_widget(button)

    def _open(self, door: Door) -> None:
        self.app.flow.show(door.page, **door.facts)

    def _fit_doors(self, *_args: object) -> None:
        self.big_height = max(action.need for box in ("first", "others") for action in self.ids[box].children)

    def _figures(self) -> None:
        tr, line, today = self.app.tr, self.app.line, self._today
        if today is None:
            return
        ids = self.ids
        ids.redeemed.value = tr("manager.redemptions", n=today.redemptions)
        ids.redeemed.detail = tr("manager.pieces", points=points(today.points_tenths), n=today.pieces)
        ids.worth.value = tr("manager.points", points=points(today.shelf_tenths))
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
            tr("manager.last_short" if self.app.theme.compact else "manager.last", time=form.moment(at_ms))
            if at_ms
            else tr("manager.never")
        )
        ids.waiting.tone = "gold_text" if waiting else "green"

    def goods(self, shelf: tuple[ShelfItem, ...]) -> None:  # noqa: ARG002
        self._todo()

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
        today, session = self._today, app.flow.session
        orders = session is not None and may(session.role, "order")
        low = today.low_stock if today is not None and orders else ()
        things = todo.things(
            *(app.tr, app.health, app.bar.alone or app.line.online, app.flow.shelf, low),
            duties=self._duties,
            today=today.day if today is not None else "",
        )[:MOST_TODO]
        while len(box.children) < len(things):
            box.add_widget(TodoRow(room=self.ids.room))
        while len(box.children) > len(things):
            box.remove_widget(box.children[0])
        for row, thing in zip(reversed(box.children), things, strict=True):
            row.title, row.detail, row.tone = thing
        self.ids.nothing.text = "" if things else app.tr("todo.nothing")


kv.load(__file__)
