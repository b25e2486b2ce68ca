"""The driver against a reader that knows only the documented bytes."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from drivers.base import DeviceError
from drivers.idcard.reader import SdtReader
from drivers.idcard.types import IdentityCard
from drivers.supervisor import Supervisor
from tests.drivers.idcard import emulator
from tests.drivers.idcard.emulator import Emulator, foreigner, resident
from tests.drivers.recorder import Recorder

NUMBER, OTHER = "34052419800101001X", "11010519491231002X"


@pytest.fixture
def device() -> Iterator[Emulator]:
    made = Emulator()
    yield made
    made.close()


@pytest.fixture
def reader(device: Emulator) -> Iterator[SdtReader]:
    made = SdtReader(device.address)
    made.open()
    yield made
    made.close()


def read(reader: SdtReader, within_s: float = 5.0) -> IdentityCard:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        card = reader.read(0.25)
        if card is not None:
            return card
    raise AssertionError(f"no card was read: {reader.counters()}")


def test_a_card_is_found_and_read(device: Emulator, reader: SdtReader) -> None:
    assert reader.read(0.4) is None
    device.put(resident(NUMBER))
    card = read(reader)
    assert (card.source, card.way, card.kind) == ("idcard", "chip", "resident")
    assert (card.number, card.name, card.valid_to) == (NUMBER, "李四", "")
    assert device.asked[0] == emulator.STATUS
    assert device.asked[-3:] == [emulator.FIND, emulator.SELECT, emulator.READ]
    assert not reader.warning


def test_permits_and_foreigners_are_told_apart(device: Emulator, reader: SdtReader) -> None:
    device.put(resident("830000199201300022", "陈大文", "J"))
    card = read(reader)
    assert (card.kind, card.name, card.number) == ("permit", "陈大文", "830000199201300022")
    device.put(foreigner("DEU150070070901"))
    card = read(reader)
    assert (card.kind, card.name, card.number) == ("foreigner", "安娜", "DEU150070070901")
    assert card.valid_to == "2030-03-01"


def test_a_card_is_read_once_until_it_is_lifted(device: Emulator, reader: SdtReader) -> None:
    device.put(resident(NUMBER))
    assert read(reader).number == NUMBER
    assert reader.read(1.5) is None
    assert device.asked.count(emulator.READ) == 1
    device.lift()
    assert reader.read(0.4) is None
    device.put(resident(NUMBER))
    assert read(reader).number == NUMBER


def test_another_card_at_once_is_read(device: Emulator, reader: SdtReader) -> None:
    device.put(resident(NUMBER))
    assert read(reader).number == NUMBER
    device.lift()
    device.put(resident(OTHER))
    assert read(reader).number == OTHER


def test_it_never_asks_faster_than_it_may(device: Emulator, reader: SdtReader) -> None:
    for _ in range(40):
        reader.read(0.05)
    finds = [
        at_s for asked, at_s in zip(device.asked, device.asked_at_s, strict=True) if asked == emulator.FIND
    ]
    assert len(finds) > 4
    assert min(after - before for before, after in pairwise(finds)) > 0.29


def test_replies_in_pieces_are_whole(device: Emulator, reader: SdtReader) -> None:
    chance = random.Random(5)

    def pieces(reply: bytes) -> list[bytes]:
        cuts = sorted(chance.sample(range(1, len(reply)), min(9, len(reply) - 1)))
        return [reply[a:b] for a, b in zip([0, *cuts], [*cuts, len(reply)], strict=True)]

    device.mangle = pieces
    for _ in range(3):
        device.put(resident(NUMBER))
        assert read(reader).number == NUMBER
        device.lift()
        assert reader.read(0.4) is None


@pytest.mark.parametrize("at", [5, 7, 9, 11, 200, 1294])
def test_a_damaged_reply_is_asked_for_again(device: Emulator, reader: SdtReader, at: int) -> None:
    seen: Counter[int] = Counter()

    def damaged_once(reply: bytes) -> list[bytes]:
        seen[len(reply)] += 1
        if len(reply) <= at or len(reply) == len(emulator.NO_CARD) or seen[len(reply)] > 1:
            return [reply]
        return [reply[:at] + bytes([reply[at] ^ 0x40]) + reply[at + 1 :]]

    device.mangle = damaged_once
    device.put(resident(NUMBER))
    assert read(reader, 12).number == NUMBER


def test_noise_between_replies_is_skipped(device: Emulator, reader: SdtReader) -> None:
    device.mangle = lambda reply: [b"\x00\xaa\xaa\x96" + reply + b"\xaa\xaa"]
    device.put(resident(NUMBER))
    assert read(reader).number == NUMBER


def test_a_card_drawn_away_too_soon_is_said_and_read_next_time(device: Emulator, reader: SdtReader) -> None:
    def drawn(reply: bytes) -> list[bytes]:
        if reply == emulator.SELECTED:
            device.lift()
        return [reply]

    device.mangle = drawn
    device.put(resident(NUMBER))
    deadline = time.monotonic() + 5
    while not reader.warning:
        assert reader.read(0.1) is None
        assert time.monotonic() < deadline
    device.mangle = lambda reply: [reply]
    device.put(resident(NUMBER))
    assert read(reader).number == NUMBER


def test_a_reader_that_is_not_well_is_reset_once(device: Emulator) -> None:
    device.unwell = True
    reader = SdtReader(device.address)
    reader.open()
    reader.close()
    assert device.asked == [emulator.STATUS, emulator.RESET, emulator.STATUS]


@pytest.mark.parametrize(
    ("mangle", "code"),
    [
        (lambda reply: [reply[:-1] + b"\x00"], "stalled"),
        (lambda reply: [bytes.fromhex("AA AA AA 96 69 00 04 00 00 66 62")], "unauthorised"),
        (lambda reply: [bytes.fromhex("AA AA AA 96 69 00 04 00 00 60 64")], "self-test"),
    ],
)
def test_a_reader_that_stays_unwell_is_not_open(
    device: Emulator, mangle: Callable[[bytes], list[bytes]], code: str
) -> None:
    device.mangle = mangle
    reader = SdtReader(device.address)
    with pytest.raises(DeviceError) as caught:
        reader.open()
    reader.close()
    assert caught.value.code == code


def test_under_the_supervisor_it_is_reset_and_opened_anew_for_ever(
    device: Emulator, recorder: Recorder
) -> None:
    supervisor = Supervisor(recorder, backoff_first_s=0.05, backoff_most_s=0.2)
    supervisor.add(SdtReader(device.address))
    supervisor.start()
    recorder.wait_state("idcard", "ok")
    device.mangle = lambda reply: [reply[:-1] + b"\x00"]
    recorder.wait_state("idcard", "lost")
    device.mangle = lambda reply: [reply]
    recorder.wait_state("idcard", "ok")
    device.hang_up()
    recorder.wait(lambda: ("lost", "unplugged") in recorder.states("idcard"))
    recorder.wait_state("idcard", "ok")
    device.put(resident(NUMBER))
    recorder.wait(lambda: any(isinstance(event, IdentityCard) for event in recorder.events))
    assert supervisor.stop() == ()
