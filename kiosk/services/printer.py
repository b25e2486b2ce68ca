"""The printer's thread: takes copies off the queue on disk, prints them, says what became of them."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from drivers.base import DeviceError, Health, State
from drivers.printer.document import Document
from drivers.printer.escpos import encode
from drivers.printer.printer import EscposPrinter, Outcome
from drivers.printer.profile import profile
from drivers.wire import Wire, open_wire
from kiosk.ledger.refusals import Refused
from kiosk.services import printing
from kiosk.services.printing import Job
from kiosk.services.terminal import Terminal
from kiosk.slips import document
from kiosk.store.only_one import OnlyOne
from kiosk.worker import Worker

QUEUE_LOOK_S = 0.25  # between looks at the queue, which screens and other processes fill
TROUBLE_PAUSE_S = 2.0  # before trying again after a full disk or the like
STATUS_LOOK_S = 3.0  # between looks at an idle printer
MOST_ATTEMPTS = 5  # of one copy by itself; what fails so often on a printer that seems well is for people
NAME = "printer"
LOCK_FILE = "printer.lock"

_log = logging.getLogger(__name__)


class PrintThread:
    """Owns the printer; `publish` gets `PrintState` and `Health`.

    `connect` and `clock` are for tests that do not want to wait; they call `turn` instead of `start`.
    """

    def __init__(
        self,
        terminal: Terminal,
        worker: Worker,
        publish: Callable[[object], None],
        *,
        connect: Callable[[str], Wire] = open_wire,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        settings = terminal.settings.printer
        self._terminal = terminal
        self._worker = worker
        self._publish = publish
        self._profile = profile(settings.profile)
        self._clock = clock
        self._printer = EscposPrinter(NAME, settings.address, self._profile, connect=connect, clock=clock)
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._stopping = threading.Event()
        self._health: Health | None = None
        self._unsettled: Job | None = None
        self._owed: tuple[Job, Outcome] | None = None  # what became of a copy, not yet on disk
        self._attempts: dict[int, int] = {}  # how often a copy was torn, by id
        self._answered = False  # it has answered once: silence now means that something is wrong
        self._look_at = 0.0

    def start(self) -> None:
        """Begin printing what waits."""
        self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """End after the copy in hand; what waits stays queued."""
        self._stopping.set()
        self._thread.join(timeout_s)

    def _run(self) -> None:
        """Wait until no other process drives the printer, then drive it."""
        lock = self._terminal.settings.data_dir / LOCK_FILE
        while not self._stopping.is_set():
            try:
                with OnlyOne(lock, "printer-busy"):
                    self._drive()
            except Refused as refused:
                self._report("lost", refused.code)
                self._stopping.wait(TROUBLE_PAUSE_S)

    def _drive(self) -> None:
        if self._worker.call(printing.is_torn, self._terminal):
            self._printer.part()
        while not self._stopping.is_set():
            self._stopping.wait(self.turn())
        self._printer.close()

    def turn(self) -> float:
        """Look at the printer and the queue once and print what can be printed; how long to rest then."""
        try:
            self._tell_what_is_owed()
            if self._well():
                self._print_what_waits()
        except Refused as refused:  # a full disk or a busy database: paper waits until it can be noted
            self._report("lost", refused.code)
        except queue.Full:
            pass  # the screens are behind: nothing new for them just now
        except Exception:  # noqa: BLE001  # logged whole; a slip more must not need a restart
            _log.exception("the printer's thread goes on after a mistake of ours")
            self._report("lost", "error")
        else:
            return QUEUE_LOOK_S
        return TROUBLE_PAUSE_S

    def _print_what_waits(self) -> None:
        self._settle()
        self._worker.call(printing.requeue_failed, self._terminal)
        while not self._stopping.is_set():
            job = self._worker.call(printing.take, self._terminal)
            if job is None:
                return
            outcome = self._print(job)
            self._tell(job, outcome)
            if outcome.state == "unknown" and outcome.bytes_out and outcome.reason != "no-proof":
                self._unsettled = job
            if outcome.state != "printed":
                self._look_at = 0.0  # look at the printer before anything else is sent
                return

    def _print(self, job: Job) -> Outcome:
        try:
            data = encode(self._document(job), self._profile)
        except ValueError:  # it would not print tomorrow either, and those behind it wait
            _log.exception("slip %s cannot be printed", job.slip)
            return Outcome("unknown", "error", 0)
        outcome = self._printer.print(data, f"{job.slip}/{job.copy}/{job.id}".encode())
        torn = self._attempts.pop(job.id, 0) + (outcome.bytes_out > 0)
        if outcome.state != "failed":
            return outcome
        if torn >= MOST_ATTEMPTS:
            return Outcome("unknown", outcome.reason, outcome.bytes_out)
        self._attempts[job.id] = torn
        return outcome

    def _document(self, job: Job) -> Document:
        practice = self._terminal.settings.terminal.training
        return document(job.content, job.copy, job.again, training=practice, words=self._terminal.words)

    def _settle(self) -> None:
        """Look again at a copy whose end is unknown; the printer may report it after all."""
        if self._unsettled is None:
            return
        outcome = self._printer.settle()
        if outcome is not None and outcome.state == "unknown":
            return
        job, self._unsettled = self._unsettled, None
        # Nothing more will come of it by itself: whatever was the matter then, somebody must look.
        self._tell(job, outcome or Outcome("unknown", "stalled", 0))

    def _tell(self, job: Job, outcome: Outcome) -> None:
        self._owed = (job, outcome)
        self._tell_what_is_owed()

    def _tell_what_is_owed(self) -> None:
        """Note what became of the last copy before anything else is printed, else it would print twice."""
        if self._owed is None:
            return
        job, outcome = self._owed
        args: tuple[Any, ...] = (self._terminal, job, outcome.state, outcome.reason, outcome.bytes_out)
        news = self._worker.call(printing.finish, *args)
        self._owed = None
        self._publish(news)

    def _well(self) -> bool:
        """Whether the printer can print now; looks at it now and then and tells when that changes."""
        if (
            self._health is not None
            and self._health.state in ("ok", "warning")
            and self._clock() < self._look_at
        ):
            return True
        self._look_at = self._clock() + STATUS_LOOK_S
        try:
            status = self._printer.status()
        except DeviceError as error:
            return self._report("lost", error.code)
        self._answered = self._answered or status.answered
        if not self._answered:  # some printers never say a word: the bytes go out, their end stays unknown
            return self._report("warning", "no-answer")
        if status.fault:
            return self._report("lost", status.fault)
        near_end = status.paper == "near-end"
        return self._report("warning" if near_end else "ok", "paper-near-end" if near_end else "")

    def _report(self, state: State, detail: str) -> bool:
        health = self._health
        if health is None or (health.state, health.detail) != (state, detail):
            self._health = Health(NAME, "printer", state, detail, time.monotonic())
            _log.info("printer: %s %s", state, detail)
            self._publish(self._health)
        return state != "lost"
