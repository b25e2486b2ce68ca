"""A window on a real terminal of the demo village, for tests of the desk: real services, a simulated printer.

`python -m tests.kiosk.ui.real SOCKET CONTROL DATA WIDTH HEIGHT LOCALE [KEY=VALUE…]`, DATA as `village` made
it. What is written to CONTROL plays other threads, as in `tests.kiosk.ui`.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec

from drivers import ports
from kiosk import config, configfile
from kiosk.demo import seed
from kiosk.events import Bus
from kiosk.services.terminal import Terminal, open_terminal
from kiosk.ui import setup
from kiosk.ui.backend import Backend, Call
from kiosk.words import Words
from kiosk.worker import Worker
from tests.kiosk.ui import __main__ as fake_main
from tests.kiosk.ui.rig import Rig

STICK = "stick"  # the folder that plays the USB stick
WRITTEN: tuple[tuple[str, str, str | bool], ...] = (  # in the village's configuration file
    ("scanner", "address", "serial:/dev/ttyUSB0"),
    ("camera", "source", "/dev/video0"),
    ("speech", "enabled", True),
)
PORTS = (
    ports.Port("/dev/ttyUSB0", ("scanner", "idcard"), "serial:/dev/ttyUSB0"),
    ports.Port("/dev/ttyUSB1", ("scanner", "idcard"), "serial:/dev/ttyUSB1"),
    ports.Port("/dev/usb/lp0", ("printer",), "file:/dev/usb/lp0"),
    ports.Port("/dev/video0", ("camera",), "/dev/video0"),
)


@dataclass(frozen=True)
class Place:
    """The village on disk, and what its people carry."""

    folder: Path
    cards: dict[str, str]
    pins: dict[str, str]
    barcodes: dict[str, str]
    slips: dict[int, str]  # queue slip codes by number

    def opened(self, folder: Path, width: int, height: int, locale: str = "zh-CN", **more: Any) -> Rig:
        """A window of its own on a copy of the village."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.folder, folder / "data")
        return Rig(folder, width, height, locale, module="tests.kiosk.ui.real", **more)


def village(folder: Path, told: Callable[[Any], Any] = lambda table: table) -> Place:
    """Seed the village: a collective day with bags of four households, a household with a PIN.

    `told` says it in other words."""
    seed.seed(folder, seed.Places(), told=told)
    about = json.loads((folder / "demo.json").read_text("utf-8"))
    cards = {one["id"]: one["card"] for one in (*about["households"], *about["staff"])}
    terminal = open_terminal(config.load(folder / seed.CONFIG_FILE))
    try:
        slips = _reserve(terminal, cards)
    finally:
        terminal.close()
    return Place(
        folder=folder,
        cards=cards,
        pins={one["id"]: one["pin"] for one in about["staff"]},
        barcodes={one["sku"]: one["barcode"] for one in about["items"]},
        slips=slips,
    )


def _reserve(terminal: Terminal, cards: dict[str, str]) -> dict[int, str]:
    from kiosk.services import books, find, household_pin, printing, reserve, sessions
    from kiosk.services.sessions import SessionGood

    day = books.today(terminal).day
    opens = (date.fromisoformat(day) - timedelta(days=3)).isoformat()
    goods = [SessionGood(sku="soap", price_tenths=25), SessionGood(sku="salt", price_tenths=15)]
    made = sessions.open_new(terminal, day, opens, day, 20, goods, "M037A")
    place = tuple(map(int, made.entry.split("-")))
    slips = {}
    for number, household in enumerate(("0370217", "0370101", "0370102", "0370331"), 1):
        proof = find.by_card(terminal, cards[household]).proof
        kept = reserve.reserve(
            terminal, proof, (("soap", 2), ("salt", 1)), "M037A", f"seed-{number}", session=place
        )
        assert kept.queue == number
    printing.requeue_failed(terminal)
    while job := printing.take(terminal):  # on paper: their codes are what people hold up
        printing.finish(terminal, job, "printed", "", 1)
        if getattr(job.content, "title", "") == "slip.title_queue":
            slips[int(job.content.big.split()[0])] = job.content.qr
    proof = find.by_card(terminal, cards["0370103"]).proof
    household_pin.set_pin(terminal, proof, "135246", "M037A")
    return slips


def settings_of(data: Path, printer: str, *, training: bool = False, **screen: Any) -> config.Settings:
    """The village's settings with this window's screen, the simulated printer, and a folder as USB stick."""
    for table, key, value in WRITTEN:
        configfile.change(data / seed.CONFIG_FILE, table, key, value)
    told = config.load(data / seed.CONFIG_FILE)
    (data / STICK).mkdir(exist_ok=True)
    return msgspec.structs.replace(
        told,
        terminal=msgspec.structs.replace(told.terminal, training=training),
        screen=msgspec.structs.replace(told.screen, **screen),
        printer=msgspec.structs.replace(told.printer, address=printer),
        books=config.BooksSettings(export_dir=STICK),
        county=config.CountySettings(url="http://127.0.0.1:1"),
    )


def main() -> None:
    """Open the window."""
    from drivers.printer.simulated import PrinterFarEnd
    from kiosk.services.printer import PrintThread

    inspect, control_path, data, width, height, locale, *more = sys.argv[1:]
    screen: dict[str, Any] = {"width": int(width), "height": int(height), "locale": locale}
    for pair in more:
        key, _, value = pair.partition("=")
        screen[key] = int(value) if value.isdecimal() else value
    with PrinterFarEnd("tcp") as printer:
        settings = settings_of(Path(data), printer.address, **screen)
        bus = Bus()
        worker = Worker(deliver=lambda job: bus.publish(Call(job)))
        worker.start()
        terminal = open_terminal(settings)
        backend = Backend(terminal=terminal, worker=worker, bus=bus, settings=settings, words=Words(locale))
        backend.speak = lambda sentence, language: fake_main.note_said(Path(data), sentence, language)
        backend.exchange = _exchanged(bus)
        backend.preview = fake_main.look
        server = socket.socket(socket.AF_UNIX)
        server.bind(control_path)
        server.listen(1)
        threading.Thread(target=fake_main.control, args=(server, backend), daemon=True).start()
        thread = PrintThread(terminal, worker, bus.publish)
        thread.start()
        setup.prepare(settings)
        ports.found = lambda dev=ports.DEV: iter(PORTS)  # what this machine has is not this village's
        from kiosk.ui.main import KioskUI

        KioskUI(backend, Path(inspect)).run()
        thread.stop()
        worker.stop()
        terminal.close()
    # Everything of ours has ended. Under a busy machine Kivy's own graph was seen never to come back from
    # Python's last garbage collection; what is tested here is the desk.
    os._exit(0)


def _exchanged(bus: Bus) -> Callable[[], None]:
    """A county that answers at once."""
    from kiosk.services.views import LineState

    def exchange() -> None:
        bus.publish(LineState(online=True, waiting=0, last_exchange_at_ms=1795405320000))

    return exchange


if __name__ == "__main__":
    main()
