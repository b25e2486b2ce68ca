"""The ESC/POS slip printer: prints a job once, says what is known of it; knows no slips and no queue."""

from __future__ import annotations

import base64
import hashlib
import os
import time
from dataclasses import dataclass
from typing import Literal

from drivers.base import DeviceError
from drivers.printer.profile import Profile
from drivers.printer.session import Session
from drivers.printer.status import PrinterStatus
from drivers.wire import open_wire

Reason = Literal["", "paper-out", "cover-open", "unplugged", "stalled", "error"]

POLL_S = 0.3  # between looks at a printer that is printing
SPARE_S = 4.0  # on top of the reckoned printing time before a job counts as stalled
PRINTING_MAXIMUM_S = 60.0
MUTE_WAIT_S = 2.0  # how long to wait for proof from a printer that never said a word
TAIL_BYTES = 32  # of a slip without these, the last line and the cut are missing for certain
PADDING_MAXIMUM = 16384  # more than the largest single command, a code as a picture


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a job.

    "printed": the printer reported its end (or the profile says that this printer never reports, and the last
    byte was taken). "failed": it is not whole on paper and nothing of it is left to come: sending it again
    is safe. "unknown": it may be on paper or may still come; only a person can tell.
    """

    state: Literal["printed", "failed", "unknown"]
    reason: Reason
    bytes_out: int  # bytes of the job that were handed over


@dataclass(frozen=True, slots=True)
class _Job:
    mark: bytes  # names this attempt; the printer sends it back
    size: int
    sent: int  # bytes of it handed over
    session: Session
    reason: Reason


class EscposPrinter:
    """A printer at an address ("tcp://192.0.2.10:9100", "serial:/dev/ttyS0?baud=9600", "usb:04b8:0202", …).

    Used by one thread. It connects by itself, when needed and again after a loss; `print` never raises for
    what a printer can do wrong, and always ends: after at most PRINTING_MAXIMUM_S plus the time the bytes
    need on the wire.
    """

    kind = "printer"

    def __init__(self, name: str, address: str, profile: Profile) -> None:
        self.name = name
        self.profile = profile
        self._address, self._byte_s = _with_baud(address, profile.baud)
        self._session: Session | None = None
        self._attempts = int.from_bytes(os.urandom(7), "big")  # marks differ from those before a restart
        self._owed = 0
        self._answered = False  # it has answered once in our life: silence now means that something is wrong
        self._padding = 0  # bytes a broken-off command may still swallow
        self._open_job: _Job | None = None  # the last job, while its outcome is unknown

    def open(self) -> None:
        """Connect. Raises `DeviceError` when there is no printer at the address."""
        self._connect()

    def close(self) -> None:
        """Let go of the line; may be called twice."""
        self._drop()

    def status(self) -> PrinterStatus:
        """A look at the printer now. Raises `DeviceError` when it cannot be reached."""
        try:
            status = self._connect().status()
        except DeviceError:
            self._drop()  # the line died while nobody looked: once more on a new one
            status = self._connect().status()
        self._answered = self._answered or status.answered
        return status

    def print(self, data: bytes, token: bytes) -> Outcome:
        """Send one encoded job and wait until its end is known; `token` names it (any bytes, best unique)."""
        self._attempts += 1
        mark = _mark(token, self._attempts)
        try:
            before = self.status()
            if before.fault == "stalled" and self._answered:
                self._drop()  # a dead line looks like a dead printer: ask once more on a new one
                before = self.status()
        except DeviceError:
            self._drop()
            return Outcome("failed", "unplugged", 0)
        if before.fault and (before.answered or self._answered):
            return Outcome("failed", before.fault, 0)
        session = self._connect()
        try:
            self._make_way(session)
        except DeviceError as error:
            self._drop()
            return Outcome("failed", _reason(error), 0)
        try:
            session.send_job(data, mark)
        except DeviceError as error:
            sent = min(error.written, len(data))
            return self._broken_off(_Job(mark, len(data), sent, session, _reason(error)))
        try:
            return self._wait(_Job(mark, len(data), len(data), session, ""), data)
        except DeviceError as error:
            return self._lost(_Job(mark, len(data), len(data), session, _reason(error)))

    def settle(self) -> Outcome | None:
        """Look again at the last job while it is "unknown"; None when there is none. Raises nothing.

        After new paper, a closed cover or a woken printer the end of the job may be reported after all, or
        the printer may confirm that it was emptied.
        """
        job = self._open_job
        if job is None:
            return None
        if job.session is not self._session:
            return Outcome("unknown", job.reason, job.sent)
        try:
            state = self._look_again(job)
        except DeviceError:
            self._drop()
            state = "unknown"
        if state != "unknown":
            self._open_job = None
        return Outcome(state, "" if state == "printed" else job.reason, job.sent)

    def clear(self) -> bool:
        """Empty the printer; True only when it confirmed that nothing is left to come."""
        try:
            cleared = self._connect().clear()
        except DeviceError:
            self._drop()
            return False
        if cleared:
            self._padding = 0
        return cleared

    # -- the line

    def _connect(self) -> Session:
        if self._session is None:
            self._session = Session(open_wire(self._address), self.profile, self._byte_s, self._owed)
        return self._session

    def _drop(self) -> None:
        if self._session is not None:
            self._owed = self._session.owed
            self._session.close()
            self._session = None

    # -- one job

    def _make_way(self, session: Session) -> None:
        """What an earlier job left behind must not eat the beginning of this one, nor answer for it."""
        if self._padding:
            if not session.clear():
                # NUL does nothing between commands and completes one that was cut off.
                session.send(bytes(min(self._padding, PADDING_MAXIMUM)))
            self._padding = 0
        if session.owed:
            session.sync()
        self._open_job = None

    def _wait(self, job: _Job, data: bytes) -> Outcome:
        """All bytes are out: listen for the proof, and look at the printer in between."""
        session, profile = job.session, self.profile
        start = time.monotonic()
        on_wire_s = len(data) * self._byte_s
        patience_s = SPARE_S + 2 * (data.count(b"\n") + len(data) / 100) / profile.lines_per_s
        if profile.proof == "none":
            patience_s = 1.0  # nothing to wait for but an early complaint
        elif not self._answered and profile.status:
            patience_s = MUTE_WAIT_S
        deadline = start + on_wire_s + min(patience_s, PRINTING_MAXIMUM_S)
        look_at = start + on_wire_s + POLL_S  # a question waits behind the data on a slow line
        silent = 0
        while (now := time.monotonic()) < deadline:
            if profile.proof == "none" and not profile.status:
                return Outcome("printed", "", job.size)
            session.listen(min(POLL_S, deadline - now))
            if session.proven(job.mark):
                return Outcome("printed", "", job.size)
            if not profile.status or not self._answered or time.monotonic() < look_at:
                continue
            fault = session.status().fault
            silent = silent + 1 if fault == "stalled" else 0
            if fault and (fault != "stalled" or silent >= 2):
                return self._give_up(job, fault)
            look_at = time.monotonic() + POLL_S
        if profile.proof == "none" and self._answered:
            return Outcome("printed", "", job.size)
        return self._unknown(job, "stalled")

    def _give_up(self, job: _Job, reason: Reason) -> Outcome:
        """The printer stopped with the whole job in it: take the rest back, if it lets us."""
        session = job.session
        session.listen(0.0)
        cleared = not session.proven(job.mark) and session.clear()
        if session.proven(job.mark):
            return Outcome("printed", "", job.size)
        if cleared:
            return Outcome("failed", reason, job.size)
        return self._unknown(job, reason)

    def _broken_off(self, job: _Job) -> Outcome:
        """Not all bytes went out: the printer may wait for the rest of a command."""
        reason = job.reason
        if reason == "stalled":
            reason = self._why_stalled(job.session)
        if job.size - job.sent <= TAIL_BYTES:
            return self._lost(_Job(job.mark, job.size, job.sent, job.session, reason))
        if job.sent:
            self._padding = job.size - job.sent
        self._drop()
        return Outcome("failed", reason, job.sent)

    def _why_stalled(self, session: Session) -> Reason:
        try:
            return session.status().fault or "stalled"
        except DeviceError as error:
            return _reason(error)

    def _lost(self, job: _Job) -> Outcome:
        """The line went with everything, or all but the tail, handed over: nobody can say what came out."""
        self._drop()
        return self._unknown(job, job.reason)

    def _unknown(self, job: _Job, reason: Reason) -> Outcome:
        self._open_job = _Job(job.mark, job.size, job.sent, job.session, reason)
        return Outcome("unknown", reason, job.sent)

    def _look_again(self, job: _Job) -> Literal["printed", "failed", "unknown"]:
        session, profile = job.session, self.profile
        if session.status().fault:
            return "unknown"
        if profile.proof == "gs-r":
            came, due = session.sync()
            if session.proven(job.mark):
                return "printed"
            return "failed" if session.emptied and 0 < came < due else "unknown"
        deadline = time.monotonic() + SPARE_S
        while profile.proof == "gs-h" and time.monotonic() < deadline:
            session.listen(POLL_S)
            if session.proven(job.mark):
                return "printed"
        return "unknown"


def _mark(token: bytes, attempt: int) -> bytes:
    """Four id bytes for GS ( H, each 20h to 7Eh: an earlier attempt's late answer never proves this one."""
    digest = hashlib.sha256(attempt.to_bytes(8, "big") + token).digest()
    return base64.b32encode(digest)[:4]


def _reason(error: DeviceError) -> Reason:
    return "stalled" if error.code == "stalled" else "unplugged"


def _with_baud(address: str, baud: int) -> tuple[str, float]:
    """The address with its speed spelled out, and the seconds one byte takes (0 where there is no speed)."""
    if not address.startswith("serial:"):
        return address, 0.0
    for option in address.partition("?")[2].split("&"):
        name, _, value = option.partition("=")
        if name == "baud" and value.isdigit() and int(value) > 0:
            return address, 10 / int(value)
    return f"{address}{'&' if '?' in address else '?'}baud={baud}", 10 / baud
