"""One connection to a printer: asks, sends, waits for proof, empties; decides nothing about a job's outcome.

Two kinds of commands go over it. Real-time ones (DLE …) are answered at once, even by a stopped printer;
queued ones (GS r, GS ( H) only when everything before them has been printed.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from drivers.base import DeviceError
from drivers.printer.escpos import AUTOMATIC_ON
from drivers.printer.profile import Profile
from drivers.printer.status import (
    NOT_ASKED,
    SILENT,
    Answer,
    AnswerReader,
    Automatic,
    Cleared,
    Fault,
    Finished,
    Paper,
    PrinterStatus,
    Queued,
    RealTime,
    decode_paper,
    decode_real_time,
)
from drivers.wire import Wire

ANSWER_TIMEOUT_S = 0.8  # real printers answer DLE EOT within 50 ms
CLEAR_TIMEOUT_S = 2.0
READS_MAXIMUM = 64  # in one go: a line that never falls silent must not hold us
QUIET_S = 0.4  # answers that belong together come closer than this
CHUNK_BYTES = 1024
CHUNK_EXTRA_S = 3.0  # how long a printer may pause while it takes a chunk
SUBMIT_TIMEOUT_S = 10.0  # how long a print server may take to accept a job
INBOX_MAXIMUM = 256  # answers nobody has taken yet; what comes on top pushes out the oldest, and is counted

A = TypeVar("A", RealTime, Cleared)

_EMPTY_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"  # DLE DC4 fn 8
_RECOVER_EMPTY = b"\x10\x05\x02"  # DLE ENQ 2
_ASK_PAPER = b"\x1dr\x01"  # GS r 1


class Session:
    """A wire with a printer at its far end, used by one thread. Methods that send or listen may raise
    `DeviceError`.

    `owed` counts the GS r answers still to come: a printer answers in order, so a mark is proven when all
    have come. It is carried over to the next session, because a printer may answer an old one there.
    """

    def __init__(
        self,
        wire: Wire,
        profile: Profile,
        byte_s: float,
        *,
        owed: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.owed = owed
        self.paper: Paper = "unknown"  # as it was last said in answer to GS r or unasked, not by DLE EOT
        self.unasked = 0  # answers nobody waited for, and those pushed out of a full inbox
        self._wire = wire
        self._profile = profile
        self._byte_s = byte_s
        self._clock = clock
        self._reader = AnswerReader()
        self._inbox: deque[RealTime | Cleared] = deque()
        self._heard: PrinterStatus | None = None
        self._mark = b""  # what the last request to report an end stands for
        self._is_proven = False  # its answer has come

    def close(self) -> None:
        """Let go of the wire."""
        self._wire.close()

    @property
    def noise(self) -> int:
        """Bytes that came and are no answer of a printer."""
        return self._reader.noise

    def subscribe(self) -> None:
        """Let the printer tell changes by itself, where its profile says that it can (GS a)."""
        if self._profile.automatic:
            self.send(AUTOMATIC_ON)

    def status(self) -> PrinterStatus:
        """DLE EOT 1 to 4; `SILENT` when any stays unanswered, `NOT_ASKED` where the profile has no status."""
        if not self._profile.status:
            return NOT_ASKED
        self.listen(0.0)
        self._drop(RealTime)
        answers: list[int] = []
        for number in (1, 2, 3, 4):
            self._wire.write(bytes((0x10, 0x04, number)), ANSWER_TIMEOUT_S)
            answer = self._await(RealTime, ANSWER_TIMEOUT_S)
            if answer is None:
                return SILENT
            answers.append(answer.byte)
        self._heard = None  # older than these answers
        return decode_real_time(answers)

    def send(self, data: bytes) -> None:
        """Hand over `data`; the time it may take grows with its size. `DeviceError.written` says how far."""
        for start in range(0, len(data), CHUNK_BYTES):
            chunk = data[start : start + CHUNK_BYTES]
            try:
                self._wire.write(chunk, CHUNK_EXTRA_S + 2 * len(chunk) * self._byte_s)
            except DeviceError as error:
                raise DeviceError(str(error), code=error.code, written=start + error.written) from error

    def send_and_ask(self, data: bytes, mark: bytes) -> None:
        """Hand over `data` and behind it the request to report its end; `mark` is four printable bytes."""
        request = {"gs-h": b"\x1d(H\x06\x0000" + mark, "gs-r": _ASK_PAPER, "none": b""}[self._profile.proof]
        self._mark, self._is_proven = mark, False
        if self._profile.proof == "gs-r":
            self.owed += 1  # before it is sent: an answer too few is noticed, one too many would be a lie
        self.send(data + request)
        try:
            self._wire.flush(SUBMIT_TIMEOUT_S)
        except DeviceError as error:
            raise DeviceError(str(error), code=error.code, written=min(error.written, len(data))) from error

    def complaint(self) -> Fault:
        """What the printer has said on its own (GS a, or a switch inside it) since this was asked last."""
        status, self._heard = self._heard, None
        return status.fault if status is not None else ""

    def listen(self, timeout_s: float) -> None:
        """Take in what the printer says, waiting at most timeout_s for the first byte."""
        for number in range(READS_MAXIMUM):
            data = self._wire.read(4096, 0.0 if number else timeout_s)
            if not data:
                return
            quiet = self._reader.noise
            answers = self._reader.feed(data)
            if self._reader.noise > quiet and self._profile.proof == "gs-r":
                self._mark = b""  # on a line that makes bytes of its own, one byte proves nothing
            for answer in answers:
                self._sort(answer)

    def proven(self, mark: bytes) -> bool:
        """Whether the printer has reported the end of what was sent with that mark."""
        return self._is_proven and mark == self._mark

    def is_through(self, mark: bytes, timeout_s: float) -> bool:
        """Ask in the queue and wait for the answer: everything sent before is done, and it does answer.

        Where an earlier answer was lost, its mark stays unproven for ever: which one is missing, nobody
        can tell. `owed` is 0 after any answer.
        """
        self.send_and_ask(b"", mark)
        due = self.owed
        deadline = self._clock() + timeout_s
        while not self.proven(mark) and (left_s := deadline - self._clock()) > 0:
            before = self.owed
            self.listen(min(QUIET_S, left_s))
            if self.owed == before < due:
                break  # some came, then silence: the others were emptied or lost
        came = self.proven(mark) or self.owed < due
        if came:
            self.owed = 0
        self._mark = b""
        return came

    def clear(self) -> bool:
        """Ask the printer to forget what it holds; True only when it confirmed that nothing is left in it.

        DLE ENQ 2 is obeyed by a stopped printer only, and never answered.
        """
        if self._profile.clear == "dc4-8":
            self.listen(0.0)
            self._drop(Cleared)
            self._wire.write(_EMPTY_BUFFERS, ANSWER_TIMEOUT_S)
            if self._await(Cleared, CLEAR_TIMEOUT_S) is None:
                return False
            self.owed = 0
            return True
        if self._profile.clear == "enq-2":
            self._wire.write(_RECOVER_EMPTY, ANSWER_TIMEOUT_S)
        return False

    def _sort(self, answer: Answer) -> None:
        if isinstance(answer, Automatic):
            self._heard = answer.status
            self.paper = answer.status.paper
        elif isinstance(answer, Finished):
            asked = self._profile.proof == "gs-h" and answer.token == self._mark
            self._is_proven = self._is_proven or asked
            self.unasked += not asked  # of an earlier attempt, or of another's
        elif isinstance(answer, Queued):
            self.unasked += self.owed == 0
            if self.owed:
                self.paper = decode_paper(answer.byte)
            self.owed = max(0, self.owed - 1)
            self._is_proven = self._is_proven or (self.owed == 0 and self._profile.proof == "gs-r")
        else:
            if len(self._inbox) >= INBOX_MAXIMUM:
                self._inbox.popleft()
                self.unasked += 1
            self._inbox.append(answer)

    def _drop(self, kind: type[RealTime | Cleared]) -> None:
        kept = [answer for answer in self._inbox if not isinstance(answer, kind)]
        self.unasked += len(self._inbox) - len(kept)
        self._inbox.clear()
        self._inbox.extend(kept)

    def _await(self, kind: type[A], timeout_s: float) -> A | None:
        """The next answer of that kind, None after timeout_s."""
        deadline = self._clock() + timeout_s
        while True:
            for answer in self._inbox:
                if isinstance(answer, kind):
                    self._inbox.remove(answer)
                    return answer
            left_s = deadline - self._clock()
            if left_s <= 0:
                return None
            self.listen(left_s)
