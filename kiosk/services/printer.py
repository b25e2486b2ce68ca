"""The printer's thread: takes copies off the queue on disk, prints them, says what became of them."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from drivers.base import DeviceError, Health, State
from drivers.printer.escpos import encode
from drivers.printer.printer import EscposPrinter, Outcome
from drivers.printer.profile import profile
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
NAME = "printer"
LOCK_FILE = "printer.lock"

_log = logging.getLogger(__name__)


class PrintThread:
    """Owns the printer; `publish` gets `PrintState` and `Health`."""

    def __init__(self, terminal: Terminal, worker: Worker, publish: Callable[[object], None]) -> None:
        settings = terminal.settings.printer
        self._terminal = terminal
        self._worker = worker
        self._publish = publish
        self._profile = profile(settings.profile)
        self._printer = EscposPrinter(NAME, settings.address, self._profile)
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._stopping = threading.Event()
        self._health: Health | None = None
        self._unsettled: Job | None = None
        self._owed: tuple[Job, Outcome] | None = None  # what became of a copy, not yet on disk
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
        while not self._stopping.is_set():
            pause_s = QUEUE_LOOK_S
            try:
                self._tell_what_is_owed()
                if self._well():
                    self._print_what_waits()
            except Refused as refused:  # a full disk or a busy database: paper waits until it can be noted
                self._report("lost", refused.code)
                pause_s = TROUBLE_PAUSE_S
            except queue.Full:
                pause_s = TROUBLE_PAUSE_S
            except Exception:  # noqa: BLE001  # logged whole; a slip more must not need a restart
                _log.exception("the printer's thread goes on after a mistake of ours")
                self._report("lost", "error")
                pause_s = TROUBLE_PAUSE_S
            self._stopping.wait(pause_s)
        self._printer.close()

    def _print_what_waits(self) -> None:
        self._settle()
        self._worker.call(printing.requeue_failed, self._terminal)
        while not self._stopping.is_set():
            job = self._worker.call(printing.take, self._terminal)
            if job is None:
                return
            outcome = self._print(job)
            self._tell(job, outcome)
            if outcome.state == "unknown":
                self._unsettled = job
            if outcome.state != "printed":
                self._look_at = 0.0  # look at the printer before anything else is sent
                return

    def _print(self, job: Job) -> Outcome:
        token = f"{job.slip}/{job.copy}/{job.id}".encode()
        return self._printer.print(encode(document(job.content, job.copy, job.again), self._profile), token)

    def _settle(self) -> None:
        """Look again at a copy whose end is unknown; the printer may report it after all."""
        if self._unsettled is None:
            return
        outcome = self._printer.settle()
        if outcome is not None and outcome.state == "unknown":
            return
        if outcome is not None:
            self._tell(self._unsettled, outcome)
        self._unsettled = None

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
            and time.monotonic() < self._look_at
        ):
            return True
        self._look_at = time.monotonic() + STATUS_LOOK_S
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
