"""The far end of a slip printer's wire: a printer on TCP or a serial line, with knobs to make it fail.

It speaks ESC/POS by its own reading of the standard and imports nothing of the driver; the driver can't tell
it from a real printer.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from drivers.printer import simulated_paper
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_mechanism import Mechanism
from drivers.printer.simulated_paper import Slip
from drivers.printer.simulated_wires import Line, PtyLine, TcpLine

if TYPE_CHECKING:
    from PIL.Image import Image

BUFFER_BYTES = 65536  # a printer's receive buffer; what does not fit waits on the wire
RECEIVED_MAXIMUM = 4 * 1024 * 1024  # bytes kept of what came over the wire
JOIN_TIMEOUT_S = 5.0
POLL_S = 0.05
CUT_PAUSE_S = 0.02  # between two pieces of an answer


class _Shape(NamedTuple):
    """See `PrinterFarEnd.shape_answers`."""

    cut: int = 0
    byte_s: float = 0.0
    noise: bytes = b""


class PrinterFarEnd:
    """A printer behind `address` ("tcp://127.0.0.1:PORT" or "serial:/…"), to be used in a `with` statement.

    Knobs may be turned from any thread. `answers` names what this model answers: "status" (DLE EOT), "gs-h",
    "gs-r", "gs-a", "dc4-8", "enq-2".
    """

    def __init__(
        self,
        wire: Literal["tcp", "pty"] | Line = "tcp",
        *,
        paper_dots: int = 576,
        font_set: str = "gb18030",
        cutter: bool = True,
        answers: frozenset[str] = frozenset({"status", "gs-h", "gs-r", "gs-a", "dc4-8", "enq-2"}),
        line_s: float = 0.0,
        buffer_bytes: int = BUFFER_BYTES,
        goes_on_after_paper: bool = True,
    ) -> None:
        self._line_s = line_s
        self._buffer_bytes = buffer_bytes
        self._engine = Engine(paper_dots, font_set, cutter)
        self._inside = Mechanism(self._engine, answers, goes_on_after_paper=goes_on_after_paper)
        self._changed = threading.Condition()
        self._received = bytearray()
        self._ending = self._unplugged = False
        self._resting = True  # nothing in the buffer can be executed yet
        self._bytes_until: tuple[int, Callable[[], None]] | None = None
        self._threads: list[threading.Thread] = []
        self._shape = _Shape()
        self._line: Line = TcpLine() if wire == "tcp" else PtyLine() if wire == "pty" else wire

    # -- life

    @property
    def address(self) -> str:
        """Where the driver finds this printer; the same after unplug() and plug_in()."""
        return self._line.address

    def start(self) -> None:
        """Plug in and switch on."""
        self._line.plug_in()
        for work in (self._receive, self._print):
            thread = threading.Thread(target=work, name=f"printer-far-end-{work.__name__}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def close(self) -> None:
        """Switch off and let go of the wire; may be called twice."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(JOIN_TIMEOUT_S)
            assert not thread.is_alive(), f"{thread.name} does not end"
        self._threads.clear()
        self._line.discard()

    def __enter__(self) -> PrinterFarEnd:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- knobs

    @property
    def near_end(self) -> bool:
        """Whether the paper roll is nearly used up."""
        return self._inside.near_end

    @near_end.setter
    def near_end(self, is_near: bool) -> None:
        with self._changed:
            self._inside.near_end = is_near
            self._changed.notify_all()

    @property
    def hides_near_end(self) -> bool:
        """Whether it tells the near end in its queue and by itself only, as some models do."""
        return self._inside.hides_near_end

    @hides_near_end.setter
    def hides_near_end(self, is_hidden: bool) -> None:
        self._inside.hides_near_end = is_hidden

    @property
    def mute(self) -> bool:
        """Whether it leaves status questions unanswered."""
        return self._inside.mute

    @mute.setter
    def mute(self, is_mute: bool) -> None:
        self._inside.mute = is_mute

    def slow(self, line_s: float) -> None:
        """Take that many seconds over each line from now on."""
        with self._changed:
            self._line_s = line_s

    def shape_answers(self, *, cut: int = 0, byte_s: float = 0.0, noise: bytes = b"") -> None:
        """How answers leave from now on: in two pieces with a pause behind byte `cut`, or byte by byte, each
        after `byte_s`; `noise` goes before and behind each."""
        with self._changed:
            self._shape = _Shape(cut, byte_s, noise)

    def say(self, data: bytes) -> None:
        """Say something that nobody asked for, to whoever sent something last."""
        self._inside.say(data)

    def paper_out(self, after_lines: int | None = None, *, after_bytes: int | None = None) -> None:
        """The roll ends: at once, when that many more lines are printed, or bytes of data were executed."""
        with self._changed:
            if after_lines is not None:
                self._engine.lines_left = after_lines
            elif after_bytes is not None:
                self._after(after_bytes, self._end_of_paper)
            else:
                self._end_of_paper()
            self._changed.notify_all()

    def new_paper(self) -> None:
        """A new roll; the printer goes on from its buffer, on a fresh piece of paper."""
        with self._changed:
            self._bytes_until = None
            self._inside.new_paper()
            self._changed.notify_all()

    def cover(self, is_open: bool, *, after_bytes: int | None = None) -> None:
        """Open or close the cover; a printer with an open cover stops and goes on when it is closed."""
        with self._changed:
            if after_bytes is not None:
                self._after(after_bytes, lambda: setattr(self._inside, "cover_open", is_open))
            else:
                self._inside.cover_open = is_open
            self._changed.notify_all()

    def stall(self, *, after_bytes: int | None = None) -> None:
        """Hang: takes nothing, answers nothing, prints nothing, until `wake`."""
        with self._changed:
            if after_bytes is not None:
                self._after(after_bytes, lambda: setattr(self._inside, "stalled", True))
            else:
                self._inside.stalled = True
            self._changed.notify_all()

    def wake(self) -> None:
        """End of `stall`."""
        with self._changed:
            self._inside.stalled = False
            self._bytes_until = None
            self._changed.notify_all()

    def unplug(self, *, after_bytes: int | None = None) -> None:
        """Pull the data cable; the printer still prints what it has."""
        with self._changed:
            if after_bytes is not None:
                self._after(after_bytes, self._pull)
            else:
                self._pull()
            self._changed.notify_all()

    def plug_in(self) -> None:
        """Put the data cable back, at the same address."""
        with self._changed:
            self._bytes_until = None
            if self._unplugged:
                self._line.plug_in()
                self._unplugged = False
            self._changed.notify_all()

    def power_cycle(self, *, after_bytes: int | None = None) -> None:
        """Off and on again: connection, buffers and modes are gone, what is on paper stays there."""
        with self._changed:
            if after_bytes is not None:
                self._after(after_bytes, self._off_and_on)
            else:
                self._off_and_on()
            self._changed.notify_all()

    def tear_off(self) -> None:
        """Somebody tears the paper off, which is how a piece ends on a printer without a cutter."""
        with self._changed:
            self._engine.end_strip()

    # -- what came of it

    @property
    def received(self) -> bytes:
        """Every byte that came over the wire, real-time commands included."""
        with self._changed:
            return bytes(self._received)

    @property
    def complaints(self) -> list[str]:
        """What a printer of this kind would print wrongly: unknown commands, code pages, broken lines."""
        engine = self._engine
        with self._changed:
            found = [f"unknown command {command.hex()}" for command in engine.unknown]
            found += ["code page selected"] * bool(engine.code_pages)
            return found + ["line too long"] * bool(engine.overflows)

    @property
    def drawer_pushes(self) -> int:
        """How often the drawer was pushed open."""
        with self._changed:
            return self._engine.drawer_pushes

    def slips(self) -> list[Slip]:
        """The pieces of paper so far, oldest first; the last may still hang in the printer."""
        with self._changed:
            pieces = self._engine.slips
            return [Slip(s.paper_dots, list(s.items), s.cut) for s in pieces if s.items]

    def wait_until_idle(self, timeout_s: float = 10.0) -> bool:
        """Wait until nothing more is going to be printed as things stand; False after timeout_s."""
        with self._changed:
            return self._changed.wait_for(lambda: self._idle, timeout_s)

    def wait_for_bytes(self, count: int, timeout_s: float = 10.0) -> bool:
        """Wait until that many bytes have come over the wire; False after timeout_s."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._received) >= count, timeout_s)

    def picture(self, slip: Slip) -> Image:
        """The piece of paper as it would look."""
        return simulated_paper.picture(slip)

    # -- inside; all with the lock held unless said otherwise

    @property
    def _idle(self) -> bool:
        return self._inside.stopped or self._resting

    def _after(self, count: int, then: Callable[[], None]) -> None:
        self._bytes_until = (self._engine.consumed + count, then)

    def _end_of_paper(self) -> None:
        self._inside.paper_out = True

    def _pull(self) -> None:
        self._unplugged = True
        self._inside.say = _nobody
        self._line.unplug()

    def _off_and_on(self) -> None:
        self._inside.off_and_on()
        self._inside.say = _nobody
        self._line.hang_up()

    def _print(self) -> None:
        """The printing thread: one command after the other while nothing stops it."""
        with self._changed:
            while not self._ending:
                self._inside.announce()
                if self._inside.stopped or not self._execute_one():
                    self._resting = not self._inside.stopped
                    self._changed.notify_all()
                    self._changed.wait()
                    self._resting = False

    def _execute_one(self) -> bool:
        """False when there is nothing to do."""
        if self._bytes_until and self._engine.consumed >= self._bytes_until[0]:
            then = self._bytes_until[1]
            self._bytes_until = None
            then()
            return True
        before = self._engine.printed_lines
        if not self._inside.execute_one():
            return False
        if self._line_s and self._engine.printed_lines > before:
            self._changed.wait(self._line_s)  # lets go of the lock: real-time commands work meanwhile
        return True

    def _receive(self) -> None:
        """The receiving thread: takes bytes while there is room, obeys real-time commands at once."""
        while (room := self._room()) >= 0:
            if not room:
                continue
            data, reply = self._line.receive(min(room, 4096), POLL_S)
            with self._changed:
                if not data or self._unplugged:
                    continue
                self._inside.say = partial(self._answer, reply)
                self._received += data[: max(0, RECEIVED_MAXIMUM - len(self._received))]
                for byte in data:
                    self._inside.take(byte)
                self._resting = False
                self._changed.notify_all()

    def _answer(self, reply: Callable[[bytes], None], answer: bytes) -> None:
        cut, byte_s, noise = self._shape
        data = noise + answer + noise
        if byte_s:
            for byte in data:
                time.sleep(byte_s)
                reply(bytes((byte,)))
        elif 0 < cut < len(data):
            reply(data[:cut])
            time.sleep(CUT_PAUSE_S)
            reply(data[cut:])
        else:
            reply(data)

    def _room(self) -> int:
        """Bytes that may be taken now (without the lock); 0 after a pause, -1 at the end."""
        with self._changed:
            room = self._buffer_bytes - len(self._engine.buffer)
            if not self._ending and (self._inside.stalled or self._unplugged or room <= 0):
                self._changed.wait(POLL_S)
                room = 0
            return -1 if self._ending else max(0, room)


def _nobody(_answer: bytes) -> None:
    """Nobody listens."""
