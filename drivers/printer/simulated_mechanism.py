"""What happens inside a simulated printer as bytes come and things break; no wires, no threads, no clock.

Two ways in, as in a real one: real-time commands (DLE …) are obeyed on arrival, even while it is stopped;
everything waits in the receive buffer until the engine gets to it.
"""

from __future__ import annotations

from collections.abc import Callable

from drivers.printer.simulated_engine import Engine, OutOfPaperError

_STATUS = tuple(bytes((0x10, 0x04, number)) for number in (1, 2, 3, 4))
_RECOVER = bytes((0x10, 0x05, 0x01))
_RECOVER_EMPTY = bytes((0x10, 0x05, 0x02))
_EMPTY = bytes.fromhex("10140801031401060208")
_REAL_TIME = (*_STATUS, _RECOVER, _RECOVER_EMPTY, _EMPTY)
_BEGINNINGS = frozenset(command[:size] for command in _REAL_TIME for size in range(1, len(command) + 1))


class Mechanism:
    """A printer without its cable. `say` carries its answers away; whoever uses it sees to locking.

    `answers` names what this model answers: "status" (DLE EOT), "gs-h", "gs-r", "gs-a", "dc4-8",
    "enq-2".
    """

    def __init__(self, engine: Engine, answers: frozenset[str], *, goes_on_after_paper: bool = True) -> None:
        self.engine = engine
        self.say: Callable[[bytes], None] = lambda _answer: None
        self.near_end = self.mute = False
        self.hides_near_end = False  # tells it in its queue and by itself, not to DLE EOT
        self.paper_out = self.cover_open = self.stalled = False
        self._answers = answers
        self._goes_on = goes_on_after_paper
        self._arriving = bytearray()  # the beginning of what may become a real-time command
        engine.answers_gs_h = "gs-h" in answers
        engine.answers_gs_r = "gs-r" in answers
        engine.answers_gs_a = "gs-a" in answers
        self._announced: bytes | None = None  # the last automatic report

    @property
    def stopped(self) -> bool:
        """Whether it cannot print as things stand."""
        return self.paper_out or self.cover_open or self.stalled

    def take(self, byte: int) -> None:
        """One byte arrives; real-time commands are looked for in everything, and stay in the data, too."""
        self.engine.buffer.append(byte)
        if byte != 0x10 and not self._arriving:
            return
        self._arriving.append(byte)
        arrived = bytes(self._arriving)
        if arrived in _REAL_TIME:
            self._arriving.clear()
            self._obey(arrived)
        elif arrived not in _BEGINNINGS:
            self._arriving[:] = b"\x10" if byte == 0x10 else b""

    def take_all(self, data: bytes) -> None:
        """As `take` for each byte."""
        if not self._arriving and 0x10 not in data:
            self.engine.buffer += data
            return
        for byte in data:
            self.take(byte)

    def execute_one(self) -> bool:
        """Execute the next command; False when there is none, or something stops it."""
        self.announce()
        if self.stopped:
            return False
        self.engine.paper_answer = 0x03 if self.near_end else 0x00
        try:
            answer = self.engine.step()
        except OutOfPaperError:
            self.paper_out = True
            return True
        if answer:
            self.say(answer)
        if answer is not None:
            self.announce()  # GS a is answered at once, the end of the roll with the line that met it
        return answer is not None

    def announce(self) -> None:
        """Tell what has changed, where GS a asked for it; call it after turning anything from outside."""
        if not self.engine.automatic or self.mute or self.stalled:
            self._announced = self._announced if self.engine.automatic else None
            return
        report = self._automatic_status()
        if report != self._announced:
            self._announced = report
            self.say(report)

    def new_paper(self) -> None:
        """A new roll: it goes on from its buffer on a fresh piece of paper, or forgets it; models differ."""
        self.paper_out = False
        self.engine.lines_left = None
        self.engine.end_strip()
        if not self._goes_on:
            self.engine.empty()

    def off_and_on(self) -> None:
        """Power lost and back: buffers and modes are gone, what is on paper stays there."""
        self.engine.empty()
        self.engine.reset()
        self._arriving.clear()

    def _obey(self, command: bytes) -> None:
        if command in _STATUS:
            if "status" in self._answers and not self.mute and not self.stalled:
                self.say(bytes((self._status_byte(command[2]),)))
        elif command == _EMPTY:
            if "dc4-8" in self._answers:
                self.engine.empty()
                self.say(b"\x37\x25\x00")
        elif command == _RECOVER_EMPTY and "enq-2" in self._answers and self.stopped:
            self.engine.empty()

    def _automatic_status(self) -> bytes:
        first = 0x10 | (0x08 if self.stopped else 0) | (0x20 if self.cover_open else 0)
        paper = 0x0F if self.paper_out else 0x03 if self.near_end else 0x00
        return bytes((first, 0x00, paper, 0x00))

    def _status_byte(self, number: int) -> int:
        """As real printers answer DLE EOT 1 to 4."""
        if number == 1:
            return 0x1A if self.stopped else 0x12
        if number == 2:
            return 0x12 | (0x04 if self.cover_open else 0) | (0x20 if self.paper_out else 0)
        if number == 4:
            return 0x7E if self.paper_out else 0x1E if self.near_end and not self.hides_near_end else 0x12
        return 0x12
