"""A printer at the end of a line on which no time passes but what is asked for; it breaks at one byte.

The printer is the product's simulated one, without its threads. Three lines, as they differ when something
breaks: "usb" takes byte by byte and raises at the byte where the cable goes; "tcp" takes everything at once
and prints while the driver waits; "serial" never raises, what is sent into a dead line is gone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from drivers.base import DeviceError
from drivers.printer.profile import Profile
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_mechanism import Mechanism
from drivers.printer.simulated_paper import Slip
from tests.faults.remembered import effect_of, let_happen

Line = Literal["usb", "tcp", "serial"]
LINES: tuple[Line, ...] = ("usb", "tcp", "serial")
FAULTS = ("paper-out", "cover-open", "unplug", "stall", "power-cycle")
WORTH_REMEMBERING = 16  # bytes
ANSWER_S = 0.005
OFF_S = 3.0  # a switch is turned off and on again, and the printer starts


class Standing(NamedTuple):
    """A moment, and how much lay where in it."""

    now_s: float
    counted: int
    sent: int
    buffered: int
    waiting: int


class Turn(NamedTuple):
    """What one turn of the print thread left behind at the printer's end."""

    took_s: float
    counted: int
    sent: bytes
    buffered: bytes
    waiting: bytes
    consumed: int
    inbox: bytes | None


class VirtualPrinter:
    """`connect` and `clock` are for the driver; positions count bytes, real-time commands left out."""

    def __init__(
        self,
        model: Profile,
        line: Line,
        *,
        obeys_clear: bool = True,
        goes_on: bool = True,
        remembers: bool = True,  # what it made of the same bytes before
    ) -> None:
        answers = {"status"} if model.status else set()
        answers |= {"gs-a"} if model.automatic else set()
        answers |= {model.proof, *([model.clear] if obeys_clear else [])}
        self.engine = Engine(model.dots, model.font_set, model.cutter)
        self.inside = Mechanism(self.engine, frozenset(answers), goes_on_after_paper=goes_on)
        self.inside.say = self._say
        self.line = line
        self.sent = bytearray()  # what was handed over, real-time commands left out, as `count` counts it
        self.count = 0  # bytes that were handed over, or executed where the line takes all at once
        self.now_s = 0.0
        self.remembers = remembers
        self.happened = False
        self._fault: tuple[str, int, float] | None = None
        self._back_at_s = float("inf")
        self._plugged = True
        self._waiting = bytearray()  # taken by the line while the printer hangs
        self._wire: VirtualWire | None = None

    def break_at(self, fault: str, position: int, back_after_s: float) -> None:
        """Let `fault` happen behind byte `position`, and somebody mend it so much later."""
        self._fault = (fault, position, back_after_s)

    def clock(self) -> float:
        """Seconds; they pass only in `wait`."""
        return self.now_s

    def connect(self, address: str) -> VirtualWire:
        """A line to the printer, when it is plugged in."""
        self.wait(ANSWER_S)
        if not self._plugged and self.line != "serial":
            raise DeviceError(f"{address}: nobody there", code="absent")
        self._wire = VirtualWire(self)
        return self._wire

    def wait(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        """Let time pass, at most until what is asked for has happened."""
        end_s = self.now_s + seconds
        self._run()
        while not until() and self.now_s < end_s:
            self.now_s = min(end_s, max(self.now_s, self._back_at_s))
            if self.now_s >= self._back_at_s:
                self._mend()
            self._run()

    def standing(self) -> Standing:
        """How far it is; what one turn of the print thread does is the difference between two of these."""
        return Standing(self.now_s, self.count, len(self.sent), len(self.engine.buffer), len(self._waiting))

    def turn_since(self, then: Standing) -> Turn:
        """What has come over the line since `then` and waits, while nothing is printed."""
        return Turn(
            round(self.now_s - then.now_s, 6),
            self.count - then.counted,
            bytes(self.sent[then.sent :]),
            bytes(self.engine.buffer[then.buffered :]),
            bytes(self._waiting[then.waiting :]),
            self.engine.consumed,
            bytes(self._wire.inbox) if self._wire is not None else None,
        )

    def repeat(self, turn: Turn) -> int:
        """Let turns like that follow each other until shortly before what is broken is mended; how many."""
        if self._back_at_s == float("inf"):
            return 0
        times = max(0, int((self._back_at_s - self.now_s) / turn.took_s) - 1)
        self.now_s += times * turn.took_s
        self.sent += times * turn.sent
        self.count += times * turn.counted
        self.engine.buffer += times * turn.buffered
        self._waiting += times * turn.waiting
        return times

    @property
    def pieces(self) -> list[Slip]:
        """The pieces of paper, oldest first."""
        return [piece for piece in self.engine.slips if piece.items]

    def take(self, data: bytes) -> int:
        """Bytes of `data` that the line takes; fewer where it breaks on the way."""
        counted = data[:1] != b"\x10" or len(data) > 10
        if counted:
            self.sent += data
        done = 0
        while done < len(data):
            if self.line == "usb" and (not self._plugged or self.inside.stalled):
                return done
            end = len(data)
            if counted and self.line != "tcp" and self._fault is not None:
                end = min(end, done + max(1, self._fault[1] - self.count))
            self._hand_over(data[done:end])
            if counted and self.line != "tcp":
                self._run()
                self.count += end - done
                self._break()
            done = end
        return len(data)

    def _hand_over(self, data: bytes) -> None:
        if self.inside.stalled:
            self._waiting += data
        elif self._plugged:
            self.inside.take_all(data)

    def is_alive(self, wire: VirtualWire) -> bool:
        """Whether this connection still stands."""
        return wire is self._wire and (self._plugged or self.line == "serial")

    def _run(self) -> None:
        if self.remembers and len(self.engine.buffer) >= WORTH_REMEMBERING and not self.inside.stopped:
            self._run_remembered()
        while self.inside.execute_one():
            if self.line == "tcp":
                self.count = max(self.count, self.engine.consumed)
                self._break()

    def _run_remembered(self) -> None:
        """All that is executed before the next command may break it."""
        safe = len(self.engine.buffer)
        if self.line == "tcp" and self._fault is not None:
            safe = self._fault[1] - self.engine.consumed - 1
        if safe > 0:
            let_happen(effect_of(self.inside, safe), self.inside)
            self.count = max(self.count, self.engine.consumed) if self.line == "tcp" else self.count

    def _break(self) -> None:
        if self._fault is None or self.count < self._fault[1]:
            return
        fault, _, back_after_s = self._fault
        self._fault, self.happened = None, True
        self._back_at_s = self.now_s + back_after_s
        if fault == "paper-out":
            self.inside.paper_out = True
        elif fault == "cover-open":
            self.inside.cover_open = True
        elif fault == "stall":
            self.inside.stalled = True
        else:
            self._plugged = False
            self._wire = self._wire if self.line == "serial" else None
            if fault == "power-cycle":
                self._back_at_s = self.now_s + max(OFF_S, back_after_s)
                self.inside.off_and_on()

    def _mend(self) -> None:
        self._back_at_s = float("inf")
        if self.inside.paper_out:
            self.inside.new_paper()
        self.inside.cover_open = self.inside.stalled = False
        self._plugged = True
        waiting, self._waiting = bytes(self._waiting), bytearray()
        self.inside.take_all(waiting)

    def _say(self, answer: bytes) -> None:
        if self._wire is not None and self._plugged:
            self._wire.inbox += answer


class VirtualWire:
    """What the driver holds: a `drivers.wire.Wire` by behaviour."""

    answers = True

    def __init__(self, printer: VirtualPrinter) -> None:
        self.inbox = bytearray()
        self._printer = printer

    def read(self, most: int, timeout_s: float) -> bytes:
        """As `Wire.read`."""
        self._printer.wait(min(ANSWER_S, timeout_s))
        self._printer.wait(timeout_s, lambda: bool(self.inbox) or not self._printer.is_alive(self))
        if not self.inbox and not self._printer.is_alive(self):
            raise DeviceError("gone", code="unplugged")
        data = bytes(self.inbox[:most])
        del self.inbox[:most]
        return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """As `Wire.write`."""
        taken = self._printer.take(data) if self._printer.is_alive(self) else 0
        if not self._printer.is_alive(self):
            raise DeviceError("gone", code="unplugged", written=taken)
        if taken < len(data):
            self._printer.wait(timeout_s)
            raise DeviceError("takes nothing", code="stalled", written=taken)

    def flush(self, timeout_s: float) -> None:
        """As `Wire.flush`."""

    def close(self) -> None:
        """As `Wire.close`."""
