"""A collective day (集中兑换日): whose turn it is, called large; bags handed out by scan; no-shows."""

from __future__ import annotations

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, StringProperty

from kiosk.ui import form, kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll, staterow  # noqa: F401  # rules used in the .kv file
from kiosk.ui.widgets.staterow import Told

STATES = ("open", "collected", "released")
_TONES = {"open": "gold_text", "collected": "green", "no-show": "red_text", "released": "ink2"}


class SessionPage(Page):
    """The collective day of today, or else the next one; a slip or a card shown here hands out its bag."""

    title = StringProperty("")
    note = StringProperty("")
    shown = StringProperty("open")  # open, collected, no-show
    called = NumericProperty(0)  # the queue number that is called, 0 before the first
    who = StringProperty("")
    progress = StringProperty("")
    is_today = BooleanProperty(False)
    can_call = BooleanProperty(False)
    waits = BooleanProperty(False)  # whoever is called has not collected yet: their slip or card comes next
    can_print = BooleanProperty(False)
    _session: Any = None
    _bags: tuple[Any, ...] = ()

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.render()
        self.app.flow.ask(self._look, then=self._came)

    def render(self) -> None:
        tr, session = self.app.tr, self._session
        if session is None:
            self.title, self.note, self.progress = tr("session.title"), tr("session.none"), ""
            self.can_print = self.can_call = self.waits = False
            self._rows()
            return
        self.title = tr("session.title_day", day=form.day(tr, session.day))
        done = sum(one.state == "collected" for one in self._bags)
        open_ = sum(one.state == "open" for one in self._bags)
        self.progress = tr("session.progress", done=done, left=open_)
        self.can_print = open_ > 0
        self.can_call = self.is_today and self._next() is not None
        bag = self._bag(int(self.called))
        self.waits = bag is not None and bag.state == "open"
        self.who = self._told(bag) if bag is not None else tr("session.nobody_called")
        how = "how_called" if self.waits else "how" if self.is_today else "not_today"
        self.note = tr(f"session.{how}", n=int(self.called))
        self._rows()

    def show(self, state: str) -> None:
        """Those still to come, those served, or those who never came."""
        self.shown = state
        self.ids.scroll.scroll_y = 1
        self._rows()

    def call_next(self) -> None:
        """The next number that is still to come."""
        bag = self._next()
        if bag is not None:
            self.call(bag.queue)

    def call(self, queue: int) -> None:
        """Call this number: large on the screen, and aloud."""
        self.called = queue
        self.speaks_up = True  # also when the page comes back: that number is still called
        self.render()
        self.app.speak_page(asked=not self.app.bar.muted)

    def print_list(self) -> None:
        """The pick list on the slip printer."""
        session, staff = self._session, self.app.flow.session
        if session is None or staff is None:
            return
        place = tuple(map(int, session.entry.split("-")))
        printing = self.app.backend.services.picklist.print_picklist

        def came(papers: tuple[str, ...]) -> None:
            self.app.toast.say(self.app.tr("session.printing", n=len(papers)))

        self.app.flow.ask(printing, *place, staff.staff, then=came)

    def forget(self) -> None:
        self.who = ""
        self._bags = ()
        self._rows()

    def spoken(self) -> str:
        return self.app.tr("session.say", n=int(self.called)) if self.called else super().spoken()

    def _look(self, terminal: Any) -> tuple[Any, bool, tuple[Any, ...]]:
        """The day's session or the next one, and all its reservations."""
        services = self.app.backend.services
        day = services.books.today(terminal).day
        ahead = [one for one in services.sessions.sessions(terminal) if one.day >= day]
        session = min(ahead, key=lambda one: one.day, default=None)
        if session is None:
            return None, False, ()
        bags = services.reserve.reservations(terminal, session=session.entry, states=STATES)
        return session, session.day == day, bags

    def _came(self, found: tuple[Any, bool, tuple[Any, ...]]) -> None:
        before = self._session.entry if self._session is not None else ""
        self._session, self.is_today, self._bags = found
        if self._session is None or self._session.entry != before:
            self.called = 0
        self.render()

    def _next(self) -> Any:
        """The bag to call next: the lowest number behind the one that is called, else the lowest left."""
        waiting = [one for one in self._bags if one.state == "open"]
        later = [one for one in waiting if one.queue > self.called]
        return min(later or [one for one in waiting if one.queue != self.called], key=_queue, default=None)

    def _bag(self, queue: int) -> Any:
        return next((one for one in self._bags if queue and one.queue == queue), None)

    def _told(self, bag: Any) -> str:
        tr = self.app.tr
        return tr("session.who", name=form.who(tr, bag.name), tail=form.tail(bag.household))

    def _rows(self) -> None:
        tr = self.app.tr
        rows = []
        for bag in self._bags:
            state = "no-show" if bag.no_show else bag.state
            if state != self.shown:
                continue
            goods = tr("manager.comma").join(f"{line.item.name}×{line.qty}" for line in bag.lines)
            title = tr("session.row", n=bag.queue, who=self._told(bag))
            now = self.waits and bag.queue == self.called
            words, tone = (tr("session.now"), "red_text") if now else (tr(f"session.{state}"), _TONES[state])
            rows.append(Told(title, goods, words, tone, f"bag-{bag.queue}", chosen=now))
        staterow.fill(self.ids.rows, rows, self._tapped)
        self.ids.nothing.text = "" if rows or self._session is None else tr(f"session.no_{self.shown}")

    def _tapped(self, name: str) -> None:
        if self.is_today and self.shown == "open":
            self.call(int(name.partition("-")[2]))


def _queue(bag: Any) -> int:
    return int(bag.queue)


kv.load(__file__)
