"""The devices: how each does and what it last said, a test slip, the ports of this machine, the log."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.services.views import PrintState
from kiosk.ui import form, kv
from kiosk.ui.screens import todo
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll, staterow  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.staterow import Told

NAMES = ("camera", "scanner", "idcard", "printer")
LOG_FILE = Path("log") / "kiosk.log"
LOG_LINES, LOG_BYTES = 30, 20_000
SETTING = {"camera": "source"}  # the key of its address in the configuration, else `address`
_TONES = {"ok": "green", "warning": "gold_text", "lost": "red_text", "absent": "ink2"}


class DevicesPage(Page):
    """Three views: state, ports (with the line to write into config.toml), log."""

    view = StringProperty("state")  # state, ports, log
    note = StringProperty("")
    can_print = BooleanProperty(False)
    technician = BooleanProperty(False)
    _slip = ""

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        session = self.app.flow.session
        self.technician = session is not None and session.role == "technician"
        self.can_print = bool(self.app.backend.settings.printer.address)
        self.note = "" if self.can_print else self.app.tr("devices.no_printer")
        self.look("state")

    def news(self) -> None:
        self.render()

    def look(self, view: str) -> None:
        """Change the view."""
        self.view = view
        self.ids.scroll.scroll_y = 1
        self.render()

    def render(self) -> None:
        rows = {"state": self._states, "ports": self._ports, "log": self._log}[self.view]()
        staterow.fill(self.ids.rows, rows)

    def test(self) -> None:
        """Print a test slip."""
        session = self.app.flow.session
        if session is not None:
            printing = self.app.backend.services.testslip.print_one
            self.app.flow.ask(printing, session.staff, then=self._queued)

    def printed(self, state: PrintState) -> None:
        """News of a slip: only the test slip counts here."""
        if state.slip == self._slip:
            key = f"devices.slip_{state.state}"
            self.note = self.app.tr(key)

    def forget(self) -> None:
        self._slip = ""

    def _queued(self, state: PrintState) -> None:
        self._slip = state.slip
        self.printed(state)

    def _states(self) -> list[Told]:
        from kiosk import device_notes, devices

        tr, settings = self.app.tr, self.app.backend.settings
        notes = device_notes.load(settings.data_dir)
        by_name = {health.device: health for health in self.app.health.values()}
        rows = []
        for name in NAMES:
            health, note = by_name.get(name), notes.get(name, device_notes.Note())
            where = devices.address(name, settings)
            said = ""
            if note.read_at_ms:
                said = tr("devices.said", at=_moment(note.read_at_ms), what=_reading(tr, note.reading))
            state = todo.state(tr, health) if health is not None else tr("device.state_absent")
            detail = tr("manager.comma").join(
                part for part in (where if self.technician else "", said) if part
            )
            if not where:
                detail = tr("devices.not_set")
            tone = _TONES[health.state if health is not None else "absent"]
            rows.append(Told(tr(f"devices.{name}"), detail, state, tone))
        return rows

    def _ports(self) -> list[Told]:
        """Each port with the line that would use it; which are in use is said in words."""
        from drivers import ports
        from kiosk import devices

        tr, settings = self.app.tr, self.app.backend.settings
        used = {devices.address(name, settings).partition("?")[0]: name for name in NAMES}
        rows = []
        for port in ports.found():
            user = used.get(port.address, "")
            lines = "   ".join(
                f'[{name}] {SETTING.get(name, "address")} = "{port.address}"'
                for name in ((user,) if user else port.devices)
            )
            state = tr("devices.used", device=tr(f"devices.{user}")) if user else tr("devices.free")
            rows.append(Told(port.path, lines, state, "green" if user else "ink2"))
        return rows or [Told(tr("devices.no_ports"), tr("devices.no_ports_how"))]

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


def _moment(at_ms: int) -> str:
    """14:05 today, 11-23 14:05 else."""
    at, now = time.localtime(at_ms / 1000), time.localtime()
    day = "" if at[:3] == now[:3] else f"{at.tm_mon:02}-{at.tm_mday:02} "
    return day + form.clock(at_ms)


def _reading(tr: Any, reading: str) -> str:
    """What a device note says of a reading, in people's words where there are some."""
    for word in ("household", "staff", "slip", "identity"):
        if word in reading:
            return str(tr(f"devices.read_{word}"))
    return str(tr("devices.read_code"))


kv.load(__file__)
