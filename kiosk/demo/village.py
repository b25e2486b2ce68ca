"""The demo village while it runs: county, line, devices, and the terminal as a process of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import msgspec

from drivers.idcard.simulated import SdtFarEnd
from drivers.printer.simulated import PrinterFarEnd
from drivers.scanner.simulated import CameraFarEnd, ScannerFarEnd
from kiosk.demo import seed as seeds
from kiosk.demo.line import CuttableLine
from kiosk.demo.process import TerminalProcess
from kiosk.demo.seed import Places
from sync.county import settings as county_settings
from sync.county.database import open_county
from sync.county.serving import Serving

SIMULATORS = ("camera", "scanner", "idcard", "printer", "county")


class Village:
    """Everything of the demo but its people. Use as a context manager; `without` leaves simulators off."""

    def __init__(
        self, folder: Path, screen: Mapping[str, Any] | None = None, without: frozenset[str] = frozenset()
    ) -> None:
        self.folder = folder
        self.inspect_socket = folder / "inspect.sock"
        self._screen = screen or {}
        self._without = without
        self._parts = ExitStack()
        self._process = TerminalProcess(folder / seeds.CONFIG_FILE, self.inspect_socket)
        self.demo: dict[str, Any] = {}

    def __enter__(self) -> Village:
        with ExitStack() as parts:
            if not (self.folder / "demo.json").exists():
                seeds.seed(self.folder, Places())
            self.demo = json.loads((self.folder / "demo.json").read_text("utf-8"))
            self._start_far_ends(parts)
            places = Places(
                county_url=self.line.url,
                camera=self.camera.address,
                scanner=self.scanner.address,
                printer=self.printer.address,
                idcard=self.idcard.address,
            )
            seeds.write_config(self.folder, places, self._screen)
            parts.callback(self.pull_power)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    def power_on(self, display: str = "") -> None:
        """Start the terminal's program."""
        self._process.power_on(display)

    def pull_power(self) -> None:
        """Kill the terminal's program as a power cut does: at once, whatever it is doing."""
        self._process.pull_power()

    def switch_off(self) -> int:
        """End the terminal's program in order; returns its exit code."""
        return self._process.switch_off()

    @property
    def running(self) -> bool:
        """Whether the terminal's program runs."""
        return self._process.running

    @property
    def pid(self) -> int | None:
        """The terminal's program, while it runs."""
        return self._process.pid

    def card_picture(self, name: str) -> Path:
        """The picture of a household's or staff member's card."""
        return self.folder / "cards" / f"{name}.png"

    def _start_far_ends(self, parts: ExitStack) -> None:
        settings = msgspec.structs.replace(
            county_settings.load(self.folder / "county" / county_settings.FILE), port=0
        )
        county = open_county(settings)
        parts.callback(county.close)
        self.county = parts.enter_context(Serving(county, settings))
        target = urlsplit(self.county.url)
        assert target.hostname and target.port
        self.line = parts.enter_context(CuttableLine(target.hostname, target.port))
        self.printer = parts.enter_context(PrinterFarEnd("tcp"))
        self.scanner = parts.enter_context(ScannerFarEnd(self.folder / "scanner"))
        self.idcard = parts.enter_context(SdtFarEnd(self.folder / "idcard"))
        self.camera = parts.enter_context(CameraFarEnd())
        switch_off = {
            "camera": self.camera.close,
            "scanner": self.scanner.unplug,
            "idcard": self.idcard.unplug,
            "printer": self.printer.unplug,
            "county": self.line.cut,
        }
        for name in self._without:
            switch_off[name]()


def display_is_there() -> bool:
    """Whether a window can be opened here."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
