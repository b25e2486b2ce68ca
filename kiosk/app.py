"""The only wiring of a running terminal: starts its parts in order and stops them in reverse."""

from __future__ import annotations

import gc
import logging
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from kiosk.config import Settings
from kiosk.events import Bus
from kiosk.ledger.refusals import Refused
from kiosk.paths import assets_dir
from kiosk.services.views import LineState
from kiosk.ui import setup
from kiosk.ui.backend import Backend, Call
from kiosk.words import Words
from kiosk.worker import Worker

if TYPE_CHECKING:
    from drivers.supervisor import Supervisor
    from kiosk.device_notes import Notes
    from kiosk.services.terminal import Terminal
    from sync.client import SyncClient

LOG_BYTES = 1_000_000
LOG_FILES = 5
DAY_LOOK_S = 600.0
SOUNDS = ("beep", "done", "error")
SOUND_WAIT_S = 1.0  # a sentence waits no longer for a sound

_log = logging.getLogger(__name__)


def run_terminal(
    settings: Settings, open_terminal: Callable[[], Terminal], inspect: str | None = None
) -> int:
    """Show the screens until the window is closed; returns the exit code.

    The terminal is opened on its own thread once the first frame is on the screen: SQLAlchemy alone takes as
    long to load as Kivy. Whatever `open_terminal` raises ends the screens and is raised here.
    """
    gc.disable()  # nothing that is loaded up to the first frame is garbage; then see kiosk.ui.garbage
    setup.prepare(settings)
    bus = Bus()
    worker = Worker(deliver=lambda job: bus.publish(Call(job)))
    with ExitStack() as parts:
        worker.start()
        parts.callback(worker.stop)
        shown = threading.Event()
        parts.callback(shown.set)  # a window closed before its first frame must not leave the worker waiting
        backend = Backend(
            terminal=None,
            worker=worker,
            bus=bus,
            settings=settings,
            words=Words(settings.screen.locale, settings.place.terms),
            after_first_frame=shown.set,
        )
        from kiosk.ui.main import KioskUI

        ui = KioskUI(backend, Path(inspect) if inspect else None)
        failures: list[BaseException] = []

        def open_once_shown() -> Terminal:
            shown.wait()
            _log_to(settings.data_dir / "log")
            terminal = open_terminal()
            backend.terminal = terminal
            return terminal

        def opened(terminal: Terminal) -> None:
            ui.opened()
            _start_the_rest(parts, terminal, worker, bus, backend)

        def failed(error: BaseException) -> None:
            failures.append(error)
            ui.stop()

        # The first job of all: what the screens ask for meanwhile waits behind it.
        worker.submit(
            open_once_shown,
            then=opened,
            failed=failed,
            first=True,
        )
        ui.run()
        if failures:
            raise failures[0]
    return 0


def _start_the_rest(parts: ExitStack, terminal: Terminal, worker: Worker, bus: Bus, backend: Backend) -> None:
    """Devices, printer and line come after the first frame: nobody waits for them to see the screen."""
    from kiosk.device_notes import Notes

    worker.submit(_note_start, terminal)
    notes = Notes(terminal.settings.data_dir, bus.publish)
    client = _start_line(terminal, worker, bus)
    stops = (
        _start_printer(terminal, worker, notes),
        _start_readers(terminal, notes, backend),
        client.stop if client is not None else None,
        _start_days(terminal, worker),
    )
    for stop in stops:
        if stop is not None:
            parts.callback(stop)
    _start_speech(parts, backend, notes, _start_sounds(parts, backend))
    backend.exchange = client.nudge if client is not None else None


def _note_start(terminal: Terminal) -> None:
    if terminal.may_write():
        with terminal.write() as writing:
            writing.note_clock("start")


def _start_days(terminal: Terminal, worker: Worker) -> Callable[[], None]:
    """Open the new day also where nobody comes: what is due then must not wait for the first redemption."""
    from kiosk.services import day, due

    ending = threading.Event()

    def follow() -> None:
        look_s = 0.0
        while not ending.wait(look_s):
            look_s = DAY_LOOK_S
            try:
                worker.call(day.follow_clock, terminal)
                worker.call(due.run, terminal)  # also what a power cut left undone
            except Refused as refused:  # looking goes on; what writes says so itself
                _log.info("day not followed: %s", refused.code)

    threading.Thread(target=follow, name="day", daemon=True).start()
    return ending.set


def _start_printer(terminal: Terminal, worker: Worker, notes: Notes) -> Callable[[], None] | None:
    if not terminal.settings.printer.address:
        return None
    from kiosk.services.printer import PrintThread

    thread = PrintThread(terminal, worker, notes)
    thread.start()
    return thread.stop


def _start_readers(terminal: Terminal, notes: Notes, backend: Backend) -> Callable[[], None]:
    from drivers.supervisor import Supervisor
    from kiosk import devices

    readers = Supervisor(notes)
    for name in devices.configured(terminal.settings):
        reader = devices.reader(name, terminal.settings)
        readers.add(reader)
        if name == "camera":
            backend.preview = reader.preview
    readers.start()
    return lambda: _stop_readers(readers)


def _start_sounds(parts: ExitStack, backend: Backend) -> Callable[[], object]:
    """Give the screens their short sounds, if wanted; returns what waits until none is heard."""
    wanted = backend.settings.speech
    if not wanted.sounds:
        return lambda: None
    from drivers import registry
    from drivers.speech.chime import quieter

    folder = assets_dir() / "sounds"
    sounds = {name: quieter((folder / f"{name}.wav").read_bytes(), wanted.sounds_volume) for name in SOUNDS}
    chime = registry.make("sound", program=wanted.player)
    chime.start()
    parts.callback(chime.stop)
    backend.play = lambda name: chime.play(sounds[name])
    return lambda: chime.wait_until_silent(SOUND_WAIT_S)


def _start_speech(
    parts: ExitStack, backend: Backend, publish: Callable[[object], None], before: Callable[[], object]
) -> None:
    """Give the screens what says a sentence in a language, and falls silent at an empty one, if wanted.

    `before` a sentence a sound is waited for, so that neither garbles the other.
    """
    if not backend.settings.speech.enabled:
        return
    from kiosk import voice

    wanted = backend.settings.speech
    speaker = voice.speaker(wanted, publish, before)
    speaker.start()
    parts.callback(speaker.stop)
    backend.speak = lambda sentence, locale: voice.say(speaker, wanted, sentence, locale)
    backend.speaking = lambda: speaker.speaking


def _stop_readers(readers: Supervisor) -> None:
    stuck = readers.stop()
    if stuck:
        _log.warning("devices that did not let go: %s", ", ".join(stuck))


def _start_line(terminal: Terminal, worker: Worker, bus: Bus) -> SyncClient | None:
    if not terminal.settings.county.url or terminal.settings.terminal.training:
        bus.publish(LineState(online=False, waiting=0, last_exchange_at_ms=0))
        return None
    from sync.client import SyncClient

    client = SyncClient(terminal, worker.call, bus)
    terminal.after_commit = client.nudge
    client.start()
    return client


def _log_to(folder: Path) -> None:
    from logging.handlers import RotatingFileHandler

    folder.mkdir(parents=True, exist_ok=True)
    threading.excepthook = _log_thread_end
    sys.excepthook = _log_end
    handler = RotatingFileHandler(folder / "kiosk.log", maxBytes=LOG_BYTES, backupCount=LOG_FILES)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for chatty in ("httpx2", "httpcore2", "kivy"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _log_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if not issubclass(kind, KeyboardInterrupt):
        _log.critical("the program ended", exc_info=(kind, error, trace))
    sys.__excepthook__(kind, error, trace)


def _log_thread_end(end: threading.ExceptHookArgs) -> None:
    """On a kiosk nobody sees standard error: a thread that ends by a mistake of ours is in the log."""
    name = end.thread.name if end.thread else "?"
    traced = (end.exc_type, end.exc_value or end.exc_type(), end.exc_traceback)
    _log.error("thread %s ended", name, exc_info=traced)
