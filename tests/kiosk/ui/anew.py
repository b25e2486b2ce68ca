"""Makes the window on the fake terminal as it was when it was opened, for the next journey in it."""

from __future__ import annotations

import threading
from typing import Any

from kivy.app import App
from msgspec.structs import replace

from kiosk.config import Settings
from kiosk.ui import flow
from kiosk.ui.backend import Backend, Call
from kiosk.ui.i18n import Tr
from kiosk.ui.main import TEASER_S
from kiosk.ui.theme import Theme
from kiosk.words import Words
from tests.kiosk.ui import fake

PATIENCE_S = flow.ANSWER_TIMEOUT_S
ANSWER_S = 10.0


def anew(backend: Backend, first: Settings, screen: dict[str, Any]) -> None:
    """People, goods, knobs and all that the window remembers; with these settings of the screen."""
    done = threading.Event()

    def fresh() -> None:
        _fresh(backend, first, screen)
        done.set()

    backend.terminal.gate.set()
    backend.worker.call(lambda: None)  # whoever waited at the gate has gone through
    backend.bus.publish(Call(fresh))
    assert done.wait(ANSWER_S), "the screen's thread does not answer"


def _fresh(backend: Backend, first: Settings, screen: dict[str, Any]) -> None:
    ui: Any = App.get_running_app()
    for name, value in vars(fake.FakeTerminal(backend.bus)).items():
        setattr(backend.terminal, name, value)
    backend.settings = replace(first, screen=replace(first.screen, **screen))
    backend.speaking = lambda: False
    flow.ANSWER_TIMEOUT_S = PATIENCE_S
    ui.health.clear()
    ui.bar.can_speak = False
    lifted()
    if ui.tr.words is not backend.words:
        ui.tr = Tr(backend.words)
    wanted = backend.settings.screen
    if (ui.theme.name, ui.theme.text_size) != (wanted.theme, wanted.text_size):
        ui.theme = Theme(ui.theme.width, ui.theme.height, wanted.theme, wanted.text_size)
    ui._teaser_at_s = -TEASER_S
    ui.flow.end_visit()
    ui.opened()


def lifted() -> None:
    """What was held up was taken away long since: the same card may be shown again at once."""
    ui: Any = App.get_running_app()
    ui.scans._last = ("", 0.0)


def home() -> None:
    """The button that every page has: attract page, or the first page of who is signed in."""
    ui: Any = App.get_running_app()
    ui.flow.home()


def hushed() -> None:
    """The toast has been shown long enough."""
    ui: Any = App.get_running_app()
    ui.toast.hush()


def under(name: str) -> None:
    """The page that lay under what is shown now comes up again, as it is."""
    ui: Any = App.get_running_app()
    ui.stage.clear_widgets()
    ui.stage.add_widget(ui.flow.page(name))
    ui.flow.name = name


def aloud(backend: Backend, locale: str) -> dict[str, str]:
    """What each page would say in that language, also those that nobody has been to."""
    done, told = threading.Event(), {}

    def ask() -> None:
        ui: Any = App.get_running_app()
        before, ui.tr = ui.tr, Tr(Words(locale))
        told.update({name: ui.flow.page(name).spoken() for name in flow.PAGES})
        ui.tr = before
        done.set()

    backend.bus.publish(Call(ask))
    assert done.wait(ANSWER_S), "the screen's thread does not answer"
    return told
