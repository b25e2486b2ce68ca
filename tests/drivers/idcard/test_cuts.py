"""The driver where a reply breaks off, comes late or in drops, at every place of it; no time passes.

The far end is the emulator's module on a line in memory; waiting moves a clock of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from drivers.base import DeviceError
from drivers.idcard import reader as reader_module
from drivers.idcard.reader import SdtReader
from drivers.wire import Wire
from tests.drivers.idcard import emulator
from tests.drivers.idcard.emulator import Module, read_reply, resident

NUMBER = "34052419800101001X"
CARD = resident(NUMBER)
REPLY = read_reply(CARD)
CUTS = range(1, len(REPLY))
FLOOD = 10_000

# What comes over the line: bytes, seconds of silence, or the loss of it.
Piece = bytes | float | DeviceError


class Line(Wire):
    """Replies in pieces; `mangle` says in which. Both ends are the test's."""

    def __init__(self, module: Module) -> None:
        super().__init__(-1, "memory", lambda: None)
        self.module = module
        self.now_s = 1000.0
        self.mangle: Callable[[bytes, bytes], list[Piece]] = lambda asked, reply: [reply]
        self.coming: deque[Piece] = deque()

    def write(self, data: bytes, timeout_s: float) -> None:
        self.coming.extend(self.mangle(data, self.module.reply(data)))

    def read(self, most: int, timeout_s: float) -> bytes:
        piece = self.coming.popleft() if self.coming else timeout_s
        if isinstance(piece, DeviceError):
            raise piece
        if isinstance(piece, float):
            self.now_s += min(piece, timeout_s)
            if piece < timeout_s:
                return self.read(most, timeout_s - piece)
            if piece > timeout_s:
                self.coming.appendleft(piece - timeout_s)
            return b""
        if len(piece) > most:
            self.coming.appendleft(piece[most:])
        return piece[:most]


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    made = Line(Module())
    monkeypatch.setattr(reader_module, "time", SimpleNamespace(monotonic=lambda: made.now_s))
    monkeypatch.setattr(reader_module, "POLL_S", 0.0)
    return made


@pytest.fixture
def reader(line: Line) -> SdtReader:
    made = SdtReader("memory", opener=lambda address: line)
    made.open()
    return made


def once(pieces: list[Piece], later: Callable[[bytes], list[Piece]] = lambda reply: [reply]) -> Callable:
    """Mangles the first reply to READ that way, the others as `later` says."""
    left = [pieces]
    return lambda asked, reply: [reply] if asked != emulator.READ else left.pop() if left else later(reply)


def read_and_lift(line: Line, reader: SdtReader) -> str:
    """Lay the card down, read it once, take it away; its number."""
    line.module.put(CARD)
    card = reader.read(0.0)
    line.module.lift()
    line.mangle = lambda asked, reply: [reply]
    assert reader.read(0.0) is None
    return card.number if card else ""


def test_a_reply_in_two_portions_is_whole_wherever_it_is_cut(line: Line, reader: SdtReader) -> None:
    for at in CUTS:
        line.mangle = once([REPLY[:at], 0.05, REPLY[at:]])
        assert read_and_lift(line, reader) == NUMBER, at
    assert reader.counters() == {}


def test_a_reply_that_breaks_off_anywhere_is_asked_for_again(line: Line, reader: SdtReader) -> None:
    for at in CUTS:
        line.mangle = once([REPLY[:at]])
        assert read_and_lift(line, reader) == NUMBER, at
    assert reader.counters() == {"silent": len(CUTS)}


def test_a_rest_that_comes_behind_the_next_command_is_skipped(line: Line, reader: SdtReader) -> None:
    for at in CUTS:
        line.mangle = once([REPLY[:at]], lambda reply, at=at: [REPLY[at:], reply])  # type: ignore[misc]
        assert read_and_lift(line, reader) == NUMBER, at
    counts = reader.counters()
    assert counts.pop("silent") == len(CUTS)
    assert counts == {"bad:noise": sum(len(REPLY) - at for at in CUTS)}


def test_unplugged_anywhere_in_a_reply_it_is_said_and_the_next_card_read(
    line: Line, reader: SdtReader
) -> None:
    for at in CUTS:
        line.mangle = once([REPLY[:at], DeviceError("pulled", code="unplugged")])
        line.module.put(CARD)
        with pytest.raises(DeviceError) as caught:
            reader.read(0.0)
        assert caught.value.code == "unplugged"
        reader.close()
        reader.open()
        assert read_and_lift(line, reader) == NUMBER, at
    assert reader.counters() == {}


def test_drops_just_within_the_time_allowed_are_a_reply_and_beyond_it_none(
    line: Line, reader: SdtReader
) -> None:
    allowed_s = reader._timeouts_s[0x30, 1]

    def dripping(in_s: float) -> list[Piece]:
        return [part for byte in REPLY for part in (in_s / len(REPLY), bytes([byte]))]

    line.mangle = once(dripping(0.99 * allowed_s))
    assert read_and_lift(line, reader) == NUMBER
    assert reader.counters() == {}
    line.mangle = once(dripping(1.01 * allowed_s))
    assert read_and_lift(line, reader) == NUMBER
    assert reader.counters()["silent"] == 1


def test_ten_thousand_replies_that_nobody_asked_for_are_counted(line: Line, reader: SdtReader) -> None:
    line.mangle = lambda asked, reply: [emulator.FOUND * FLOOD + reply if asked == emulator.SELECT else reply]
    assert read_and_lift(line, reader) == NUMBER
    assert reader.counters() == {"bad:unexpected": FLOOD}


def test_what_comes_between_commands_is_thrown_away_and_its_bytes_counted(
    line: Line, reader: SdtReader
) -> None:
    line.coming.append(emulator.WELL * 5000)
    assert read_and_lift(line, reader) == NUMBER
    assert reader.counters() == {"late": 5000 * len(emulator.WELL)}
