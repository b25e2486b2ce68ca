"""The ESC/POS slip printer: prints a job once, says what is known of it; knows no slips and no queue.

A job goes out in two parts. The second, its last line and the cut, follows only when the printer has
reported that the first is on paper. Whatever breaks before that, the slip is certainly not whole, and may be
sent again; only while the few bytes of the second part are on their way can nobody tell.
"""

from __future__ import annotations

import base64
import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from drivers.base import DeviceError
from drivers.printer.escpos import INITIALIZE, OPEN_DRAWER, end_of_piece, last_line
from drivers.printer.profile import Profile, one_way
from drivers.printer.session import Session
from drivers.printer.status import PrinterStatus
from drivers.wire import Wire, open_wire

Reason = Literal["", "paper-out", "cover-open", "unplugged", "stalled", "error", "no-proof"]

POLL_S = 0.3  # between looks at a printer that is printing
SPARE_S = 4.0  # on top of the reckoned printing time before a job counts as stalled
PRINTING_MAXIMUM_S = 60.0
GREETING_S = 2.0  # how long a printer with nothing to do may take to answer in its queue
GREETINGS = 3
QUESTION_MAXIMUM = 4200  # bytes GS ( H waits for where a DLE EOT fell into its length
MUTE_WAIT_S = 2.0  # how long to wait for proof from a printer that never said a word
_REASONS: dict[str, Reason] = {
    "paper-out": "paper-out",
    "cover-open": "cover-open",
    "error": "error",
    "stalled": "stalled",
}
PADDING_MAXIMUM = 16384  # more than the largest single command, a code as a picture


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is known of a job.

    "printed": the printer reported its end. "failed": its end was never sent, so it is not whole on paper
    and never will be: sending it again is safe. "unknown": it may be on paper or may still come; only a
    person can tell (reason "no-proof": nothing went wrong, but this printer does not report ends).
    """

    state: Literal["printed", "failed", "unknown"]
    reason: Reason
    bytes_out: int  # bytes of the job that were handed over


@dataclass(frozen=True, slots=True)
class _Open:
    """A job that was sent whole and not reported."""

    mark: bytes  # names this attempt; the printer sends it back
    size: int
    session: Session
    reason: Reason


class EscposPrinter:
    """A printer at an address ("tcp://192.0.2.10:9100", "serial:/dev/ttyS0?baud=9600", "usb:04b8:0202", …).

    Used by one thread. It connects by itself, when needed and again after a loss; `print` never raises for
    what a printer can do wrong, and always ends: after at most twice PRINTING_MAXIMUM_S plus the time the
    bytes need on the wire. `connect` and `clock` are for tests that do not want to wait.
    """

    kind = "printer"

    def __init__(
        self,
        name: str,
        address: str,
        profile: Profile,
        *,
        connect: Callable[[str], Wire] = open_wire,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.profile = profile  # as far as the line lets it answer
        self._model = profile
        self._address, self._byte_s = _with_baud(address, profile.baud)
        self._connect_wire = connect
        self._clock = clock
        self._session: Session | None = None
        self._attempts = int.from_bytes(os.urandom(7), "big")  # marks differ from those before a restart
        self._owed = 0
        self._near_end = False  # by what it said in its queue; some tell it there and not to DLE EOT
        self._counts: Counter[str] = Counter()  # of sessions that are over
        self._answered = False  # it has answered once in our life: silence now means that something is wrong
        self._reports = False  # the printer on this line has reported an end
        self._has_reported = False  # one has, in our life
        self._torn = b""  # a job of which a part, and nobody knows which, is in the printer or on the paper
        self._open_job: _Open | None = None  # the last job, while its outcome is unknown

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
        return self._with_near_end(status)

    def print(self, data: bytes, token: bytes) -> Outcome:
        """Send one encoded job and wait until its end is known; `token` names it (any bytes, best unique)."""
        reason = self._why_not()
        if reason:
            return Outcome("failed", reason, 0)
        try:
            session = self._connect()
            self._make_way(session)
            reports = self._greet(session)
            if not reports and self._answered and (fault := session.status().fault or self._lapse()):
                raise DeviceError(f"{self.name}: it answers no more", code=fault)
        except DeviceError as error:
            self._drop()
            self.part()  # a question may have been cut off, too
            return Outcome("failed", _reason(error), 0)
        self._reports = reports
        self._torn = data
        start, line_end = last_line(data) if reports else (0, last_line(data)[1])
        if start and (failed := self._send_first(session, data[:start], self._mark(token))):
            return failed
        return self._send_last(session, data, start, line_end, self._mark(token))

    def settle(self) -> Outcome | None:
        """Look again at the last job while it is "unknown"; None when nothing more can be learnt of it.

        After new paper, a closed cover or a woken printer its end may be reported after all. Raises nothing.
        """
        job = self._open_job
        if job is None or job.session is not self._session:
            return None
        unknown = Outcome("unknown", job.reason, job.size)
        try:
            if job.session.status().fault:
                return unknown
            self._open_job = None
            if self._wait(job.session, job.mark, b"") == "":
                self._torn = b""
                return Outcome("printed", "", job.size)
        except DeviceError:
            self._drop()
        return None

    def clear(self) -> bool:
        """Empty the printer; True only when it confirmed that nothing is left to come."""
        try:
            return self._connect().clear()
        except DeviceError:
            self._drop()
            return False

    def open_drawer(self) -> None:
        """Push the drawer open. Raises `DeviceError`: "no-drawer" where the model has none, or as `open`."""
        if not self.profile.drawer:
            raise DeviceError(f"{self.name}: this model drives no drawer", code="no-drawer")
        try:
            session = self._connect()
            self._send_small(lambda: session.send(OPEN_DRAWER))
        except DeviceError:
            self._drop()
            raise

    def part(self) -> None:
        """Whatever hangs in the printer is not the next job's: that begins on a piece of paper of its own."""
        self._torn = self._torn or INITIALIZE

    def counters(self) -> dict[str, int]:
        """What came over the line and was of no use since this was made: "noise" bytes, "unasked" answers."""
        counts = Counter(self._counts)
        if self._session is not None:
            counts.update({"noise": self._session.noise, "unasked": self._session.unasked})
        return dict(counts)

    # -- the line

    def _connect(self) -> Session:
        if self._session is None:
            wire = self._connect_wire(self._address)
            self.profile = self._model if wire.answers else one_way(self._model)
            self._session = Session(wire, self.profile, self._byte_s, owed=self._owed, clock=self._clock)
            self._reports = False  # it may be another printer
            # What was cut off may take these bytes for its own; the next job asks, too.
            if not self._torn:
                self._send_small(self._session.subscribe)
        return self._session

    def _send_small(self, send: Callable[[], None]) -> None:
        """A command outside of any job: cut off, it must not eat the head of the next one."""
        try:
            send()
        except DeviceError:
            self.part()
            raise

    def _drop(self) -> None:
        if self._session is not None:
            self._owed = self._session.owed
            self._counts = Counter(self.counters())
            self._session.close()
            self._session = None

    def _with_near_end(self, status: PrinterStatus) -> PrinterStatus:
        """The status, and what the printer said of its roll in answer to GS r or by itself."""
        said = self._session.paper if self._session is not None else "unknown"
        if said != "unknown":
            self._near_end = said == "near-end"
        if status.cover_open or status.paper == "out":
            self._near_end = False  # somebody is changing the roll
            if self._session is not None:
                self._session.paper = "unknown"
        return replace(status, paper="near-end") if self._near_end and status.paper == "ok" else status

    def _mark(self, token: bytes) -> bytes:
        """Four id bytes for GS ( H, each 20h to 7Eh: the late answer to an earlier one never proves this."""
        self._attempts += 1
        digest = hashlib.sha256(self._attempts.to_bytes(8, "big") + token).digest()
        return base64.b32encode(digest)[:4]

    # -- before a job

    def _why_not(self) -> Reason:
        """Why nothing can be printed now; "" when it can."""
        try:
            status = self.status()
            if status.fault == "stalled" and self._answered:
                self._drop()  # a dead line looks like a dead printer: ask once more on a new one
                status = self.status()
        except DeviceError as error:
            self._drop()
            return _reason(error)
        return status.fault if status.answered or self._answered else ""

    def _make_way(self, session: Session) -> None:
        """What an earlier job left behind must not eat the beginning of this one, nor answer for it, nor
        stand on the same piece of paper."""
        self._open_job = None
        if not self._torn:
            return
        cleared = session.clear()
        through = self.profile.proof == "none"
        # NUL does nothing between commands and completes one that was cut off. A question that fell into the
        # length of such a command makes it longer: then it takes more of them.
        for size in (0,) if cleared else (len(self._torn), PADDING_MAXIMUM):
            session.send(bytes(min(size, PADDING_MAXIMUM)) + INITIALIZE)
            through = through or session.is_through(self._mark(b""), self._patience_s(self._torn))
            if through:
                break
        if not through and self._has_reported:
            why = self._why_stalled(session)
            raise DeviceError(f"{self.name}: it does not come back from what was cut off", code=why)
        session.send(end_of_piece(self.profile))
        self._torn = b""

    def _greet(self, session: Session) -> bool:
        """Whether this printer reports ends; afterwards nothing of earlier jobs is left in it."""
        if self.profile.proof == "none" or (self.profile.status and not self._answered):
            return False
        reports = session.is_through(self._mark(b""), GREETING_S)
        for _ in range(0 if self._reports else GREETINGS - 1):
            if not reports and not session.status().fault:
                # The question may have been cut off, and lie in wait for what comes.
                session.send(bytes(QUESTION_MAXIMUM) + INITIALIZE)
                reports = session.is_through(self._mark(b""), GREETING_S)
        self._has_reported = self._has_reported or reports
        return reports

    def _lapse(self) -> Reason:
        """What to call it when a printer that used to report does not."""
        return "stalled" if self._reports else ""

    # -- one job

    def _send_first(self, session: Session, data: bytes, mark: bytes) -> Outcome | None:
        """Everything but the last line; None when it is on paper."""
        try:
            session.send_and_ask(data, mark)
        except DeviceError as error:
            reason = self._why_stalled(session) if error.code == "stalled" else _reason(error)
            self._drop()
            return Outcome("failed", reason, min(error.written, len(data)))
        try:
            reason = self._wait(session, mark, data)
            if reason:
                session.clear()  # spares paper where it is obeyed; nothing depends on it
        except DeviceError as error:
            self._drop()
            reason = _reason(error)
        return Outcome("failed", reason, len(data)) if reason else None

    def _send_last(self, session: Session, data: bytes, start: int, line_end: int, mark: bytes) -> Outcome:
        """The rest of the job, with its last line."""
        try:
            session.send_and_ask(data[start:], mark)
        except DeviceError as error:
            reason = self._why_stalled(session) if error.code == "stalled" else _reason(error)
            self._drop()
            sent = min(start + error.written, len(data))
            # A line without its end is not printed, and what comes next begins by throwing it away.
            return Outcome("failed" if sent <= line_end else "unknown", reason, sent)
        try:
            reason = self._wait(session, mark, data) if self.profile.proof != "none" else "no-proof"
        except DeviceError as error:
            self._drop()
            return Outcome("unknown", _reason(error), len(data))
        if not self._reports and not reason:  # it was silent before, and may have swallowed the beginning
            return Outcome("unknown", "stalled", len(data))
        if reason in ("", "no-proof"):
            self._torn = b""  # it is whole, or was taken whole as far as anyone can see
        elif self._reports:
            self._open_job = _Open(mark, len(data), session, reason)
        return Outcome("unknown" if reason else "printed", reason, len(data))

    def _wait(self, session: Session, mark: bytes, data: bytes) -> Reason:
        """Listen for the proof and look at the printer in between; "" when it came, else why it does not."""
        on_wire_s = len(data) * self._byte_s
        deadline = self._clock() + on_wire_s + self._patience_s(data)
        look_at = self._clock() + on_wire_s + POLL_S  # a question waits behind the data on a slow line
        silent = 0
        while (now := self._clock()) < deadline:
            session.listen(min(POLL_S, deadline - now))
            if session.proven(mark):
                return ""
            if fault := session.complaint():
                return fault
            if not self.profile.status or not self._answered or self._clock() < look_at:
                continue
            fault = session.status().fault
            silent = silent + 1 if fault == "stalled" else 0
            if fault and (fault != "stalled" or silent >= 2):
                session.listen(0.0)
                return "" if session.proven(mark) else fault
            look_at = self._clock() + POLL_S
        return "stalled" if self._reports else "no-proof"

    def _patience_s(self, data: bytes) -> float:
        """How long a working printer may take over `data` once it has it."""
        if self.profile.status and not self._answered:
            return MUTE_WAIT_S
        printing_s = (data.count(b"\n") + len(data) / 100) / self.profile.lines_per_s
        return min(SPARE_S + 2 * printing_s, PRINTING_MAXIMUM_S)

    def _why_stalled(self, session: Session) -> Reason:
        try:
            return session.status().fault or "stalled"
        except DeviceError as error:
            return _reason(error)


def _reason(error: DeviceError) -> Reason:
    return _REASONS.get(error.code, "unplugged")


def _with_baud(address: str, baud: int) -> tuple[str, float]:
    """The address with its speed spelled out, and the seconds one byte takes (0 where there is no speed)."""
    if not address.startswith("serial:"):
        return address, 0.0
    for option in address.partition("?")[2].split("&"):
        name, _, value = option.partition("=")
        if name == "baud" and value.isdigit() and int(value) > 0:
            return address, 10 / int(value)
    return f"{address}{'&' if '?' in address else '?'}baud={baud}", 10 / baud
