"""The touch-screen program: window, top bar, stage, and what wakes them; services do the work."""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.properties import ObjectProperty

from kiosk.ledger.refusals import Refused
from kiosk.services.views import LineState, PrintState, Session, ShelfItem
from kiosk.ui import faults, form, typeface
from kiosk.ui.aside import Aside
from kiosk.ui.backend import Backend, Call
from kiosk.ui.desk import Desk
from kiosk.ui.flow import FIRST_PAGES, PAGES, Flow
from kiosk.ui.garbage import Garbage
from kiosk.ui.i18n import Tr
from kiosk.ui.pace import Pace
from kiosk.ui.photos import FOLDER, Photos
from kiosk.ui.scans import Scans
from kiosk.ui.tasks.runner import Runner
from kiosk.ui.theme import Theme
from kiosk.words import Words, locales

DRAIN_SLICE = 20  # events handled in one tick, so that a flood never stops the picture
TEASER_S = 60.0  # what the attract page tells of is as fresh as this
RETRY_S = 2.0  # until what nobody waits for is fetched again
SOON_S, QUIET_S = 0.02, 0.5  # between pages that are made ahead

_log = logging.getLogger(__name__)


class KioskUI(App):
    """The screens of one terminal on a `Backend`; `kiosk.ui.setup.prepare` comes first, then `run()`."""

    theme: Theme = ObjectProperty(None, rebind=True)
    tr: Tr = ObjectProperty(None)

    def __init__(self, backend: Backend, inspect: Path | None = None, **kwargs: Any) -> None:
        screen = backend.settings.screen
        self.backend = backend
        self._inspect_at = inspect
        self._inspector: Any = None
        self._draining = False
        self._dropped = 0
        self._teaser_at_s = -TEASER_S
        self._undo: list[Any] = []
        self._garbage: Garbage | None = None
        self.health: dict[str, Any] = {}
        self.line = LineState(online=False, waiting=0, last_exchange_at_ms=0)
        self.theme = Theme(screen.width, screen.height, screen.theme, screen.text_size, screen.motion)
        self.tr = Tr(backend.words)
        super().__init__(**kwargs)
        self.desk = Desk(self)
        self.aside = Aside(self)
        self.photos = Photos(backend.settings.data_dir / FOLDER)
        self.flow = Flow(self)
        self.tasks = Runner(self)
        self.scans = Scans(self)

    # Kivy's own hooks

    def load_config(self) -> None:
        """No configuration file of Kivy's; settings come from our own."""

    def get_application_name(self) -> str:
        """The window's title."""
        return self.backend.settings.place.scheme_name

    def build(self) -> Any:
        """The frame of every page and the attract page; everything else comes after the first frame."""
        typeface.register()
        from kiosk.ui.screens.root import Root

        self._resized(Window, *Window.size)
        self.bind(theme=_ground)
        _ground(self, self.theme)
        self.pace = Pace()
        root = Root()
        self.stage, self.bar = root.ids.stage, root.ids.bar
        place = self.backend.settings.place
        self.bar.scheme = place.scheme_name
        self.bar.township, self.bar.centre = place.township_name, place.centre_name
        self.bar.alone = not self.backend.settings.county.url
        self.bar.training = self.backend.settings.terminal.training
        Window.bind(on_resize=self._resized, on_touch_down=self._touched)
        self.flow.show("attract")
        return root

    def on_start(self) -> None:
        """Start the clock of the top bar; the rest waits for the first frame."""
        Clock.schedule_interval(lambda _dt: self._second(), 1.0)
        self._second()
        Window.bind(on_flip=self._first_flip)

    def on_stop(self) -> None:
        """Stop listening."""
        self.backend.bus.wake = lambda: None
        self.aside.stop()
        self.photos.stop()
        while self._undo:
            self._undo.pop()()
        if self._inspector is not None:
            self._inspector.stop()

    # what others call

    def bar_staff(self, session: Session | None) -> None:
        """Show who is signed in, masked."""
        self.bar.staff = form.masked(session.name) if session else ""
        self.bar.role = session.role if session else ""

    def load_shelf(self) -> None:
        """Fetch the shelf again; pages show it when it differs."""
        self._fetch(lambda: self.backend.services.shelf.shelf(self.backend.terminal), self._shelf_came)

    def load_line(self) -> None:
        """Count again what waits for the county."""

        def came(line: LineState) -> None:
            # Whether the line stands, its own thread knows better than the database.
            self._line_changed(msgspec.structs.replace(line, online=self.line.online))

        self._fetch(lambda: self.backend.services.books.line_state(self.backend.terminal), came)

    def load_teaser(self) -> None:
        """Fetch what the attract page tells of, unless it was fetched just now."""
        now = time.monotonic()
        if self.backend.terminal is None or now < self._teaser_at_s + TEASER_S:
            return  # `opened` asks again
        self._teaser_at_s = now
        page = self.flow.page("attract")
        self._fetch(lambda: self.backend.services.teaser.teaser(self.backend.terminal), page.tell)

    def next_text_size(self) -> None:
        """The next of the text sizes that fit this window; after the largest the first."""
        theme = self.theme
        sizes = theme.sizes
        at = sizes.index(theme.text_size) if theme.text_size in sizes else -1
        size = sizes[(at + 1) % len(sizes)]
        self.theme = replace(theme, text_size=size)

    def next_language(self) -> None:
        """The next language that has words; every page renders again."""
        names = locales()
        after = names[(names.index(self.tr.words.locale) + 1) % len(names)]
        self.tr = Tr(Words(after, self.backend.settings.place.terms))
        self._second()
        page = self.flow.page(self.flow.name)
        page.render()

    def speak_page(self, *, asked: bool = False) -> None:
        """Say what the page has to say, if it does so by itself or is asked; an earlier page falls silent."""
        if self.backend.speak is not None:
            page = self.flow.page(self.flow.name)
            wanted = not self.bar.muted and (asked or page.speaks_up)
            self.backend.speak(page.spoken() if wanted else "", self.tr.words.locale)

    def play(self, sound: str) -> None:
        """A short sound: `beep` a code was read, `done` it is done, `error` it is refused. Never waits."""
        if not self.bar.muted:
            self.backend.play(sound)

    def mute(self, is_muted: bool) -> None:
        """The loudspeaker in the bar: be silent, or say this page and the next ones."""
        self.bar.muted = is_muted
        self.speak_page(asked=True)

    # what comes from elsewhere

    def _wake(self) -> None:
        # From any thread. The flag is taken down before draining: what comes later wakes again.
        if not self._draining:
            self._draining = True
            Clock.schedule_once(lambda _dt: self._drain(), 0)

    def _drain(self) -> None:
        self._draining = False
        if self.backend.bus.drain(DRAIN_SLICE) == DRAIN_SLICE:
            self._wake()

    def _second(self) -> None:
        self.bar.day, self.bar.clock = form.today(self.tr, time.time())
        self.flow.tick()
        if self.backend.bus.dropped != self._dropped:
            self._dropped = self.backend.bus.dropped
            _log.warning("%s events were dropped so far: looking again", self._dropped)
            self._catch_up()

    def _catch_up(self) -> None:
        """Events were lost in a flood: fetch what they may have told."""
        self.load_shelf()
        self.load_line()
        self.desk.look_again()

    def _fetch(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        """Run a look-up nobody waits for; where the ledger thread is swamped, a little later."""
        try:
            self.backend.worker.submit(job, then=then, failed=_note)
        except queue.Full:
            Clock.schedule_once(lambda _dt: self._fetch(job, then), RETRY_S)

    def _resized(self, _window: Any, width: int, height: int) -> None:
        if (width, height) != (self.theme.width, self.theme.height):
            self.theme = replace(self.theme, width=width, height=height)

    def _touched(self, _window: Any, _touch: Any) -> bool:
        self.flow.touched()
        return False

    def _line_changed(self, line: LineState) -> None:
        self.line = line
        self.bar.online, self.bar.waiting = line.online, line.waiting
        self._page_news()

    def _health_changed(self, health: Any) -> None:
        self.health[health.device] = health
        if health.kind == "speech":
            self.bar.can_speak = health.state == "ok"
        if health.detail == "rejected":  # noise, or a code far too long: the person is to try again
            self.play("error")
            card = health.kind == "idcard"
            self.toast.say(self.tr("scan.identity_unreadable" if card else "scan.unreadable"))
        self._page_news()

    def _shelf_came(self, shelf: tuple[ShelfItem, ...]) -> None:
        if shelf != self.flow.shelf:
            self.flow.shelf = shelf
            self.desk.reprice(shelf)
            for name in self.flow.made():
                self.flow.page(name).goods(shelf)

    def _printed(self, state: PrintState) -> None:
        self.desk.printed(state)
        self.tasks.printed(state)
        if self.flow.name == "device-test":
            self.flow.page("device-test").printed(state)

    def _page_news(self) -> None:
        self.flow.page(self.flow.name).news()

    def opened(self) -> None:
        """The terminal is open: fetch what the pages show of it."""
        self._fetch(lambda: self.backend.services.books.line_state(self.backend.terminal), self._line_changed)
        self.load_shelf()
        self.load_teaser()

    def _first_flip(self, window: Any) -> None:
        window.unbind(on_flip=self._first_flip)  # told just before the flip itself: go on in the next tick
        Clock.schedule_once(lambda _dt: self._after_first_frame(), 0)

    def _after_first_frame(self) -> None:
        from kiosk.ui import xwatch
        from kiosk.ui.widgets import icon
        from kiosk.ui.widgets.dialog import Dialog
        from kiosk.ui.widgets.toast import Toast

        self.toast, self.dialog = Toast(over=self.root), Dialog(over=self.root)
        self._listen()
        garbage = self._garbage = Garbage(time.monotonic())
        self._undo.append(garbage.stop)
        Clock.schedule_interval(lambda _dt: garbage.turn(time.monotonic()), 1.0)
        if (watch := xwatch.watch()) is not None:
            watch.start()
            self._undo.append(watch.stop)
            self.pace.watched()
        if self.backend.terminal is not None:
            self.opened()
        icon.smooth()
        self._build(list(FIRST_PAGES), SOON_S)
        self.backend.after_first_frame()

    def _listen(self) -> None:
        """Hear the other threads, and what they said meanwhile."""
        if self._inspect_at is not None:
            from kiosk.ui.inspect import Inspector

            self._inspector = Inspector(self, self._inspect_at)
            self._inspector.start()
        from drivers.base import Health, Scan
        from drivers.idcard.types import IdentityCard

        bus = self.backend.bus
        self._undo = [
            bus.subscribe(Call, lambda call: call.job()),
            bus.subscribe(LineState, self._line_changed),
            bus.subscribe(PrintState, self._printed),
            bus.subscribe(Health, self._health_changed),
            bus.subscribe(Scan, self.scans.take),
            bus.subscribe(IdentityCard, self.scans.take_identity),
        ]
        bus.wake = self._wake
        self._wake()

    def _build(self, names: list[str], gap_s: float) -> None:
        """Make one page after another, those for quiet moments last and not while somebody is busy."""
        if not names:
            if gap_s == SOON_S:
                Clock.schedule_once(lambda _dt: self._build(list(PAGES), QUIET_S), QUIET_S)
            elif self._garbage is not None:
                self._garbage.settle()
            return
        if gap_s == QUIET_S and self.pace.busy:
            Clock.schedule_once(lambda _dt: self._build(names, gap_s), QUIET_S)
            return
        missing = names[0] not in self.flow.made()
        if missing:
            self.flow.page(names[0])
        Clock.schedule_once(lambda _dt: self._build(names[1:], gap_s), gap_s if missing else 0)


def _note(error: BaseException) -> None:
    code = error.code if isinstance(error, Refused) else faults.place(error)
    _log.error("a look-up failed: %s", code)


def _ground(_app: Any, theme: Theme) -> None:
    # The paper is what the window is cleared with: one full-size rectangle less to draw.
    Window.clearcolor = theme.palette.paper
