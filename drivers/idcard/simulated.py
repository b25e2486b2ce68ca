"""The far end of an identity-card reader for demos and tests: on a pty or TCP, with cards and faults."""

from __future__ import annotations

import random
import select
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Literal

from drivers.base import DeviceError
from drivers.far_end import PtyPlug
from drivers.idcard import sdt
from drivers.idcard.sdt import CardText
from drivers.wire import Wire

Fault = Literal[
    "", "silence", "slow", "garbage", "checksum", "cut", "gone", "unruly", "unauthorised", "unwell"
]
FAULTS: tuple[Fault, ...] = (
    "silence", "slow", "garbage", "checksum", "cut", "gone", "unruly", "unauthorised", "unwell"
)  # fmt: skip
LOOK_S = 0.02  # between looks at the line, the plug and the faults
WRITE_TIMEOUT_S = 2.0
SLOW_BYTES, SLOW_PAUSE_S = 5, 0.001
COMMAND_BYTES = 10
# A card whose number is the public example of GB 11643; nobody's.
EXAMPLE = CardText(
    kind="resident", name="张大山", number="34052419800101001X", valid_from="2015-03-01", valid_to="",
    birth="1980-01-01", sex="1", nation="01", address="示范旗示范镇柳泉村", authority="示范旗公安局",
    pass_number="", times_issued="",
)  # fmt: skip


class SdtFarEnd:
    """A reader of identity cards. A card is found once; it must be lifted before it is found again.

    Faults: "silence" answers nothing, "slow" in drops, "garbage" noise before each answer, "checksum" a
    wrong one, "cut" half an answer, "gone" the card is drawn away before it is read, "unruly" finds a card
    again that was not lifted, "unauthorised" and "unwell" (until reset) as their status.
    """

    def __init__(self, path: Path | None = None, *, tcp: bool = False) -> None:
        self._plug = None if tcp else PtyPlug(path, "idcard")
        self._server = socket.create_server(("127.0.0.1", 0)) if tcp else None
        self._line: Wire | None = None
        self._held = b""
        self._card: bytes | None = None
        self._fault: Fault = ""
        self._read = self._selected = False
        self.cards_read = 0  # how often a whole card was given out
        self.portions: Callable[[bytes], list[bytes]] = lambda answer: [answer]  # how answers are sent
        self._noise = random.Random(1)  # noqa: S311 - noise, no secret
        self.finds_at_s: list[float] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="idcard-far-end", daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """What the driver's `open_wire` takes."""
        if self._server is not None:
            return f"tcp://127.0.0.1:{self._server.getsockname()[1]}"
        assert self._plug is not None
        return f"serial:{self._plug.path}?baud=115200"

    def put(self, card: CardText = EXAMPLE) -> None:
        """Lay a card on it, in place of any other."""
        with self._lock:
            self._card = text_bytes(card)
            self._read = self._selected = False

    def lift(self) -> None:
        """Take the card away."""
        with self._lock:
            self._card = None

    def fail(self, fault: Fault) -> None:
        """Play a fault from now on; "" ends it."""
        with self._lock:
            self._fault = fault

    def connect(self, line: socket.socket) -> None:
        """Serve whoever is at the other end of `line`, as if they had called its port."""
        with self._lock:
            self._take(line)

    def unplug(self) -> None:
        """Pull the plug; over TCP, hang up."""
        with self._lock:
            self._hang_up()
            if self._plug is not None:
                self._plug.unplug()

    def replug(self) -> None:
        """Put it back in."""
        with self._lock:
            if self._plug is not None:
                self._plug.replug()

    def close(self) -> None:
        """Be gone for good."""
        self._closing.set()
        self._thread.join()
        self.unplug()
        if self._plug is not None:
            self._plug.close()
        if self._server is not None:
            self._server.close()

    def __enter__(self) -> SdtFarEnd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serve(self) -> None:
        while not self._closing.is_set():
            with self._lock:
                self._turn()
            self._closing.wait(LOOK_S / 10)

    def _turn(self) -> None:
        wire = self._wire()
        if wire is None:
            self._closing.wait(LOOK_S)
            return
        try:
            self._held += wire.read(4096, LOOK_S)
            while (at := self._held.find(sdt.PREAMBLE)) >= 0 and len(self._held) >= at + COMMAND_BYTES:
                asked = self._held[at : at + COMMAND_BYTES]
                self._held = self._held[at + COMMAND_BYTES :]
                self._say(wire, self._answer(asked))
        except DeviceError:  # the driver let go
            self._hang_up()

    def _wire(self) -> Wire | None:
        if self._plug is not None:
            return self._plug.wire
        assert self._server is not None
        if self._line is None and select.select([self._server], [], [], 0)[0]:
            self._take(self._server.accept()[0])
        return self._line

    def _hang_up(self) -> None:
        self._held = b""
        if self._line is not None:
            self._line.close()
            self._line = None

    def _take(self, line: socket.socket) -> None:
        self._hang_up()
        line.setblocking(False)
        self._line = Wire(line.fileno(), "a driver", line.close)

    def _answer(self, asked: bytes) -> bytes:
        body = asked[len(sdt.PREAMBLE) :]
        if sdt.checksum(body):
            return sdt.reply(0x10)
        answers: dict[tuple[int, int], Callable[[], bytes]] = {
            sdt.STATUS: lambda: sdt.reply({"unwell": 0x60, "unauthorised": 0x66}.get(self._fault, sdt.DONE)),
            sdt.RESET: self._reset,
            sdt.SAM_ID: lambda: sdt.reply(sdt.DONE, bytes(range(16))),
            sdt.FIND: self._find,
            sdt.SELECT: self._select,
            sdt.READ: self._give,
        }
        return answers.get((body[2], body[3]), lambda: sdt.reply(0x21))()

    def _reset(self) -> bytes:
        if self._fault == "unwell":
            self._fault = ""
        return sdt.reply(sdt.DONE)

    def _find(self) -> bytes:
        self.finds_at_s.append(time.monotonic())
        if self._card is None or (self._read and self._fault != "unruly"):
            return sdt.reply(sdt.NO_CARD)
        return sdt.reply(sdt.FOUND, bytes(4))

    def _select(self) -> bytes:
        self._selected = self._card is not None
        return sdt.reply(sdt.DONE, bytes(8)) if self._selected else sdt.reply(sdt.NOT_SELECTED)

    def _give(self) -> bytes:
        if self._card is None or not self._selected or self._fault == "gone":
            return sdt.reply(sdt.NOT_READ)
        self._read = True
        self.cards_read += 1
        lengths = sdt.TEXT_BYTES.to_bytes(2, "big") + sdt.PHOTO_BYTES.to_bytes(2, "big")
        return sdt.reply(sdt.DONE, lengths + self._card + bytes(sdt.PHOTO_BYTES))

    def _say(self, wire: Wire, answer: bytes) -> None:
        if self._fault == "silence":
            return
        if self._fault == "checksum":
            answer = answer[:-1] + bytes([answer[-1] ^ 0x55])
        elif self._fault == "cut":
            answer = answer[: len(answer) // 2]
        elif self._fault == "garbage":
            answer = self._noise.randbytes(40) + answer
        portions = in_drops if self._fault == "slow" else self.portions
        for portion in portions(answer):
            wire.write(portion, WRITE_TIMEOUT_S)
            self._closing.wait(SLOW_PAUSE_S)


def in_drops(answer: bytes) -> list[bytes]:
    """The answer in portions of a few bytes."""
    return [answer[at : at + SLOW_BYTES] for at in range(0, len(answer), SLOW_BYTES)]


def text_bytes(card: CardText) -> bytes:
    """The 256 bytes of a card's text; what `sdt.card_text` reads."""
    text = bytearray(" ".encode("utf-16-le") * (sdt.TEXT_BYTES // 2))

    def put(offset: int, size: int, words: str) -> None:
        data = words.encode("utf-16-le")[:size]
        text[offset : offset + len(data)] = data

    put(122, 36, card.number)
    put(188, 16, card.valid_from.replace("-", ""))
    put(204, 16, card.valid_to.replace("-", "") or "长期")
    if card.kind == "foreigner":
        put(0, 120, card.name)
        put(120, 2, card.sex)
        put(152, 6, card.nation)
        put(220, 16, card.birth.replace("-", ""))
        put(248, 2, "I")
        return bytes(text)
    put(0, 30, card.name)
    put(30, 2, card.sex)
    put(32, 4, card.nation)
    put(36, 16, card.birth.replace("-", ""))
    put(52, 70, card.address)
    put(158, 30, card.authority)
    if card.kind == "permit":
        put(220, 18, card.pass_number)
        put(238, 4, card.times_issued)
        put(248, 2, "J")
    return bytes(text)
