"""One contract for identity-card readers over a pty, TCP and a line in memory."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from drivers.base import DeviceError
from drivers.idcard import reader as reader_module
from drivers.idcard import sdt
from drivers.idcard.reader import SdtReader
from drivers.idcard.sdt import CardText
from drivers.idcard.simulated import EXAMPLE, FAULTS, SdtFarEnd
from drivers.idcard.types import IdentityCard
from drivers.supervisor import Supervisor
from drivers.wire import Wire
from tests.drivers.recorder import Recorder

FLOOD = 10_000
OTHER = EXAMPLE._replace(number="11010519491231002X", name="欧阳春花")


class Pty:
    def __init__(self, folder: Path, name: str = "idcard") -> None:
        self.far = SdtFarEnd(folder / name)
        self.reader = SdtReader(self.far.address, name=name)


class Tcp:
    def __init__(self, folder: Path, name: str = "idcard") -> None:
        self.far = SdtFarEnd(tcp=True)
        self.reader = SdtReader(self.far.address, name=name)


class Memory:
    """A socket pair instead of a line; the far end is given the other half."""

    def __init__(self, folder: Path, name: str = "idcard") -> None:
        self.far = SdtFarEnd(tcp=True)
        self.reader = SdtReader("memory", name=name, opener=self.open)

    def open(self, address: str) -> Wire:
        near, beyond = socket.socketpair()
        self.far.connect(beyond)
        near.setblocking(False)
        return Wire(near.fileno(), address, near.close)


Rig = Pty | Tcp | Memory


@pytest.fixture(params=[Pty, Tcp, Memory], ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def rig(kind: Any, tmp_path: Path) -> Iterator[Rig]:
    made: Rig = kind(tmp_path)
    yield made
    made.reader.close()
    made.far.close()


def cards(recorder: Recorder) -> list[IdentityCard]:
    return [event for event in recorder.events if isinstance(event, IdentityCard)]


def read(reader: SdtReader, within_s: float = 6.0) -> IdentityCard | None:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        card = reader.read(0.25)
        if card is not None:
            return card
    return None


def test_a_card_is_read_with_its_time(rig: Rig) -> None:
    rig.reader.open()
    before_s = time.monotonic()
    rig.far.put()
    card = read(rig.reader)
    assert card is not None
    assert (card.source, card.kind, card.number, card.name) == (
        "idcard",
        "resident",
        EXAMPLE.number,
        EXAMPLE.name,
    )
    assert before_s < card.at_s <= time.monotonic()


def test_no_card_is_none_in_time(rig: Rig) -> None:
    rig.reader.open()
    start_s = time.monotonic()
    assert rig.reader.read(0.5) is None
    assert 0.3 < time.monotonic() - start_s < 1.5


def test_one_card_after_the_other(rig: Rig) -> None:
    rig.reader.open()
    for card in (EXAMPLE, OTHER, EXAMPLE):
        rig.far.put(card)
        found = read(rig.reader)
        assert found is not None
        assert found.number == card.number
        rig.far.lift()


def test_a_card_an_unruly_reader_finds_again_counts_once(rig: Rig) -> None:
    rig.far.fail("unruly")
    rig.reader.open()
    rig.far.put()
    assert read(rig.reader) is not None
    assert read(rig.reader, 1.2) is None
    rig.far.lift()
    assert read(rig.reader, 0.7) is None
    rig.far.put()
    assert read(rig.reader) is not None


@pytest.mark.parametrize("fault", ["slow", "garbage", "unwell"])
def test_faults_that_only_delay(rig: Rig, fault: Any) -> None:
    rig.far.fail(fault)
    rig.reader.open()
    rig.far.put()
    assert read(rig.reader) is not None


@pytest.mark.parametrize("fault", ["silence", "checksum", "cut"])
def test_faults_that_lose_the_reader(rig: Rig, fault: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader_module, "REPLY_TIMEOUT_S", 0.2)
    rig.reader.open()
    rig.far.fail(fault)
    rig.far.put()
    with pytest.raises(DeviceError) as caught:
        read(rig.reader)
    assert caught.value.code == "stalled"
    assert EXAMPLE.number not in str(caught.value)
    rig.reader.close()
    rig.far.fail("")
    rig.reader.open()
    assert read(rig.reader) is not None


def test_a_reply_in_two_portions_is_one_reply_wherever_it_is_cut(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each reply of a card's reading; of the long one its ends and some of its middle (all in test_cuts)."""
    monkeypatch.setattr(reader_module, "POLL_S", 0.0)
    rig.reader.open()
    cuts = (*range(1, 20), *range(20, 1280, 211), *range(1287, sdt.READ_REPLY_BYTES))
    for at, card in zip(cuts, cycle((EXAMPLE, OTHER))):
        rig.far.portions = lambda answer, at=at: [answer[:at], answer[at:]]  # type: ignore[misc]
        rig.far.put(card)
        found = read(rig.reader)
        assert found is not None and found.number == card.number, at
    assert rig.reader.counters() == {}


def test_a_flood_of_replies_that_nobody_asked_for_is_counted(rig: Rig) -> None:
    rig.reader.open()
    rig.reader._timeouts_s[sdt.SELECT] = 30.0  # on a slow machine, too, all of them come in time
    selected = sdt.reply(sdt.DONE, bytes(8))
    flood = sdt.reply(sdt.FOUND, bytes(4)) * FLOOD
    rig.far.portions = lambda answer: [flood, answer] if answer == selected else [answer]
    rig.far.put()
    card = read(rig.reader, 30.0)
    assert card is not None and card.number == EXAMPLE.number
    assert rig.reader.counters() == {"bad:unexpected": FLOOD}


def test_a_card_drawn_away_is_counted_and_asked_for_again(rig: Rig) -> None:
    rig.reader.open()
    rig.far.fail("gone")
    rig.far.put()
    assert read(rig.reader, 0.5) is None
    assert rig.reader.counters()["unread"] >= 1
    assert rig.reader.warning == "rejected"
    rig.far.fail("")
    assert read(rig.reader) is not None


def test_unplug_while_waiting_raises_and_reopening_works(rig: Rig) -> None:
    rig.reader.open()
    rig.far.unplug()
    with pytest.raises(DeviceError) as caught:
        read(rig.reader, 3)
    assert caught.value.code == "unplugged"
    rig.reader.close()
    rig.far.replug()
    rig.reader.open()
    rig.far.put()
    assert read(rig.reader) is not None


def test_unplug_while_a_card_is_read_loses_only_that_reading(rig: Rig, recorder: Recorder) -> None:
    supervisor = Supervisor(recorder, backoff_first_s=0.02, backoff_most_s=0.1)
    supervisor.add(rig.reader)
    supervisor.start()
    recorder.wait_state("idcard", "ok")
    for turn in range(3):
        rig.far.put(OTHER if turn % 2 else EXAMPLE)
        rig.far.unplug()
        recorder.wait(lambda: recorder.states("idcard")[-1][0] in ("lost", "absent"))
        rig.far.replug()
        recorder.wait(lambda turn=turn: len(cards(recorder)) == turn + 1)  # type: ignore[misc]
        rig.far.lift()
    assert supervisor.stop() == ()


def test_two_readers_do_not_mix(kind: Any, tmp_path: Path, recorder: Recorder) -> None:
    left, right = kind(tmp_path, "left"), kind(tmp_path, "right")
    supervisor = Supervisor(recorder)
    for one in (left, right):
        supervisor.add(one.reader)
    supervisor.start()
    left.far.put()
    right.far.put(OTHER)
    recorder.wait(lambda: len(cards(recorder)) == 2)
    assert {card.source: card.number for card in cards(recorder)} == {
        "left": EXAMPLE.number,
        "right": OTHER.number,
    }
    right.far.lift()
    left.far.unplug()
    recorder.wait(lambda: recorder.states("left")[-1][0] in ("lost", "absent"))
    right.far.put()
    recorder.wait(lambda: len(cards(recorder)) == 3)
    assert (cards(recorder)[-1].source, cards(recorder)[-1].number) == ("right", EXAMPLE.number)
    assert recorder.states("right") == [("ok", "")]
    assert supervisor.stop() == ()
    for one in (left, right):
        one.far.close()


def test_reading_unopened_is_a_device_error(rig: Rig) -> None:
    with pytest.raises(DeviceError):
        rig.reader.read(0.1)


def test_stop_is_quick_also_when_the_reader_says_nothing(rig: Rig, recorder: Recorder) -> None:
    rig.far.fail("silence")
    supervisor = Supervisor(recorder)
    supervisor.add(rig.reader)
    supervisor.start()
    time.sleep(0.3)
    start_s = time.monotonic()
    assert supervisor.stop() == ()
    assert time.monotonic() - start_s < 1.0


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_number_and_name_reach_no_log_repr_or_error(
    tmp_path: Path, recorder: Recorder, caplog: pytest.LogCaptureFixture, fault: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    with SdtFarEnd(tmp_path / "idcard") as far:
        supervisor = Supervisor(recorder, backoff_first_s=0.02, backoff_most_s=0.1)
        supervisor.add(SdtReader(far.address))
        supervisor.start()
        recorder.wait_state("idcard", "ok")
        far.put()
        recorder.wait(lambda: len(cards(recorder)) == 1)
        far.lift()
        far.fail(fault)
        far.put(OTHER)
        looked = len(far.finds_at_s)
        deadline = time.monotonic() + 2.5
        while len(far.finds_at_s) < looked + 3 and time.monotonic() < deadline:
            time.sleep(0.02)
        said = f"{recorder.events} {supervisor.health()} {supervisor.counters()} {caplog.text}"
        assert supervisor.stop() == ()
    for card in (EXAMPLE, OTHER):
        for secret in (card.number, card.number[6:14], card.name, card.number[-4:]):
            assert secret not in said


def test_a_mistake_in_the_driver_quotes_no_card(
    tmp_path: Path, recorder: Recorder, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(text: bytes) -> CardText | None:
        raise ValueError(EXAMPLE.number)

    monkeypatch.setattr(reader_module.sdt, "card_text", wrong)
    with SdtFarEnd(tmp_path / "idcard") as far:
        supervisor = Supervisor(recorder)
        supervisor.add(SdtReader(far.address))
        far.put()
        supervisor.start()
        recorder.wait_state("idcard", "lost")
        assert supervisor.stop() == ()
    assert "ValueError" in caplog.text
    assert EXAMPLE.number not in f"{caplog.text} {recorder.events}"


def test_the_time_allowed_for_reading_grows_on_a_slow_line() -> None:
    slow = SdtReader("serial:/dev/x?baud=9600")._timeouts_s
    fast = SdtReader("serial:/dev/x?baud=115200")._timeouts_s
    assert slow[(0x30, 1)] > 1.35 + 0.9
    assert 0.112 + 0.9 < fast[(0x30, 1)] < 1.5
    assert slow[(0x20, 2)] == 1.5
