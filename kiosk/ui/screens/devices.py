"""The devices: how each does, what it last said, its port, the log; testing one is `device_test`'s."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk import devices
from kiosk.config import Settings
from kiosk.ledger.refusals import Refused
from kiosk.ui import form, kv
from kiosk.ui.screens import todo
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll, staterow  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.staterow import StateRow, Told

LOG_FILE = Path("log") / "kiosk.log"
LOG_LINES, LOG_BYTES = 30, 20_000
_TONES = {"ok": "green", "warning": "gold_text", "lost": "red_text", "absent": "ink2"}


class TestRow(StateRow):
    """One device with the button that tests it."""

    device = StringProperty("")


class DevicesPage(Page):
    """Three views: state, ports (a tap puts a device there from the next start on), log."""

    view = StringProperty("state")  # state, ports, log
    note = StringProperty("")
    tone = StringProperty("green")
    technician = BooleanProperty(False)
    _offers: dict[str, partial[None]]  # what a tap on a row of the ports asks

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        session = self.app.flow.session
        self.technician = session is not None and session.role == "technician"
        self.look("state")

    def news(self) -> None:
        if self.view == "state":
            self.render()

    def look(self, view: str) -> None:
        """Change the view."""
        self.view, self.note = view, ""
        self.ids.rows.clear_widgets()
        self.ids.scroll.scroll_y = 1
        self.render()

    def render(self) -> None:
        if self.view == "state":
            self._show_states()
        elif self.view == "ports":
            staterow.fill(self.ids.rows, self._ports(), self._offered)
        else:
            staterow.fill(self.ids.rows, self._log())

    # state

    def _show_states(self) -> None:
        box = self.ids.rows
        if not box.children:
            for name in devices.ALL:
                box.add_widget(TestRow(device=name))
        for row in box.children:
            row.fill(self._state(row.device))

    def _state(self, name: str) -> Told:
        from kiosk import device_notes

        tr, settings = self.app.tr, self.app.backend.settings
        health = self.app.health.get(name)
        note = device_notes.load(settings.data_dir).get(name, device_notes.Note())
        where = devices.address(name, settings)
        said = ""
        if note.read_at_ms:
            said = tr("devices.said", at=form.moment(note.read_at_ms), what=todo.reading(tr, note.reading))
        detail = tr("manager.comma").join(part for part in (where if self.technician else "", said) if part)
        if not where:
            detail = tr("devices.not_set")
        state = todo.state(tr, health) if health is not None else tr("device.state_absent")
        return Told(tr(f"devices.{name}"), detail, state, _TONES[health.state if health else "absent"])

    # ports

    def _ports(self) -> list[Told]:
        """Each port once for every device that may be there; what is chosen for the next start is said."""
        from drivers import ports

        settings = self.app.backend.settings
        try:
            later = self.app.backend.services.devicesetup.at_next_start(settings)
        except Refused as refused:
            self.note, self.tone = self.app.tr.refusal(refused.code, refused.params), "red_text"
            later = settings
        self._offers = {}
        rows = [self._speech(settings, later)]
        for port in ports.found():
            for device in port.devices:
                rows.append(self._port(device, port.path, port.address, (settings, later)))
        if len(rows) == 1:
            rows.append(Told(self.app.tr("devices.no_ports"), self.app.tr("devices.no_ports_how")))
        return rows

    def _port(self, device: str, path: str, address: str, told: tuple[Settings, Settings]) -> Told:
        tr = self.app.tr
        now, later = (devices.address(device, one).partition("?")[0] == address for one in told)
        name = f"use-{device}-{len(self._offers)}"
        words = tr(f"devices.{device}")
        port = tr("devices.port", name=path.removeprefix("/dev/"))
        self._offers[name] = partial(self._ask, tr("devices.use", device=words), port, "use", device, address)
        state, tone = _port_state(now, later)
        return Told(words, port, tr(f"devices.{state}"), tone, name)

    def _speech(self, settings: Settings, later: Settings) -> Told:
        tr, on = self.app.tr, later.speech.enabled
        state = "on" if on else "off"
        if settings.speech.enabled != on:
            state = f"{state}_later"
        question = tr("devices.speech_off" if on else "devices.speech_on")
        self._offers["use-speech"] = partial(self._ask, question, "", "speak", not on)
        tone = "gold_text" if state.endswith("later") else "green" if on else "ink2"
        return Told(
            tr("devices.speech"), tr("devices.speech_how"), tr(f"devices.{state}"), tone, "use-speech"
        )

    def _offered(self, name: str) -> None:
        if name in self._offers:
            self._offers[name]()

    def _ask(self, question: str, port: str, service: str, *words: Any) -> None:
        """Nothing is written before somebody has said yes."""
        tr, session = self.app.tr, self.app.flow.session
        if session is None:
            return
        write = getattr(self.app.backend.services.devicesetup, service)
        self.app.dialog.ask(
            question,
            "\n".join(part for part in (port, tr("devices.use_how")) if part),
            tr("devices.use_yes"),
            tr("devices.use_no"),
            lambda: self.app.flow.ask(write, session.staff, *words, then=self._written),
            lambda: None,
        )

    def _written(self, _nothing: None) -> None:
        self.render()
        self.note, self.tone = self.app.tr("devices.written"), "green"

    # log

    def _log(self) -> list[Told]:
        """The last lines; there is nothing of residents in them."""
        path = self.app.backend.settings.data_dir / LOG_FILE
        try:
            with path.open("rb") as log:
                log.seek(max(0, path.stat().st_size - LOG_BYTES))
                lines = log.read().decode("utf-8", "replace").splitlines()
        except OSError:  # none yet: it begins with the first line
            lines = []
        rows = []
        for line in reversed(lines[-LOG_LINES:]):
            bad = " ERROR " in line or " CRITICAL " in line
            rows.append(Told(line[20:] or line, line[:19], "", "red_text" if bad else "ink2"))
        return rows or [Told(self.app.tr("devices.no_log"))]


def _port_state(now: bool, later: bool) -> tuple[str, str]:
    """The word for a port and its tone, by whether the device is there now and at the next start."""
    if now and later:
        return "used", "green"
    if later:
        return "used_later", "gold_text"
    return ("free_later", "gold_text") if now else ("free", "teal")


kv.load(__file__)
