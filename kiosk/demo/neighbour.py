"""The demo's second centre: a terminal of its own with a line and devices of its own, in the same county."""

from __future__ import annotations

import tomllib
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import segno

from drivers.printer.simulated import PrinterFarEnd
from drivers.scanner.simulated import CameraFarEnd, ScannerFarEnd
from kiosk import config
from kiosk.demo import seed as seeds
from kiosk.demo.line import CuttableLine
from kiosk.demo.process import TerminalProcess
from kiosk.demo.seed import Places
from kiosk.demo.village import Village
from kiosk.keys import SigningKey
from kiosk.paths import assets_dir
from kiosk.services import epochs, shelf, stock
from kiosk.services.identity import KEY_FILE
from kiosk.services.stock import Delivered, Source
from kiosk.services.terminal import Terminal, open_terminal
from sync.client import exchange_once
from sync.county import registry
from sync.county import settings as county_settings
from sync.county.database import open_county
from sync.county.enrolment import enrol_directly
from sync.enrolling import identity_of

MANAGER, REVIEWER, PIN = "M038A", "R038A", "864209"
STOCK = 60  # pieces of each good


class Neighbour:
    """Beside a village that is up: enrolled, stocked, its line and devices up. Use as a context manager."""

    def __init__(self, village: Village, folder: Path, screen: dict[str, Any]) -> None:
        self.folder = folder
        self.inspect_socket = folder / "inspect.sock"
        self.config = folder / seeds.CONFIG_FILE
        self._village = village
        self._screen = screen
        self._parts = ExitStack()
        self.process = TerminalProcess(self.config, self.inspect_socket)

    def __enter__(self) -> Neighbour:
        self.folder.mkdir(parents=True)
        with ExitStack() as parts:
            target = urlsplit(self._village.county.url)
            assert target.hostname and target.port
            self.line = parts.enter_context(CuttableLine(target.hostname, target.port))
            self.printer = parts.enter_context(PrinterFarEnd("tcp"))
            self.scanner = parts.enter_context(ScannerFarEnd(self.folder / "scanner"))
            self.camera = parts.enter_context(CameraFarEnd())
            self._settle_in()
            parts.callback(self.process.pull_power)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    def _settle_in(self) -> None:
        demo = tomllib.loads((assets_dir() / "demo" / "village.toml").read_text("utf-8"))
        centre = next(one for one in demo["centre"] if one["centre"] == seeds.OTHER_CENTRE)
        self.name = str(centre["name"])
        places = Places(
            county_url=self.line.url,
            camera=self.camera.address,
            scanner=self.scanner.address,
            printer=self.printer.address,
        )
        place = {**demo["place"], "centre_name": self.name}
        seeds.write_config(self.folder, places, self._screen, place)
        county = open_county(county_settings.load(self._village.folder / "county" / county_settings.FILE))
        try:
            card = registry.add_staff(county, seeds.OTHER_CENTRE, MANAGER, "白云", "manager", PIN)
            registry.add_staff(county, seeds.OTHER_CENTRE, REVIEWER, "马强", "reviewer", PIN)
            settings = config.load(self.config)
            key = SigningKey.load_or_make(settings.data_dir / KEY_FILE)
            epochs.adopt(settings.data_dir, identity_of(enrol_directly(county, seeds.OTHER_CENTRE, key)))
        finally:
            county.close()
        self.staff_card = self.folder / f"{MANAGER}.png"
        segno.make(card, error="m", boost_error=False, micro=False).save(
            str(self.staff_card), scale=seeds.CARD_PIXELS_A_MODULE, border=4
        )
        terminal = open_terminal(settings)
        try:
            self._exchange(terminal)
            for item in shelf.shelf(terminal):
                line = Delivered(sku=item.sku, pieces=STOCK)
                stock.receive(terminal, (line,), Source(fund="finance"), MANAGER, REVIEWER, paper=False)
            self._exchange(terminal)
        finally:
            terminal.close()

    def _exchange(self, terminal: Terminal) -> None:
        result = exchange_once(terminal)
        assert result.ok, f"the second terminal's exchange failed: {result.code}"
