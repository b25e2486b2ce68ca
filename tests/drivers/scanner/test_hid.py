"""The keyboard wedge: its file, its grab, its stamps; what every scanner does is in test_contract."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from drivers.base import DeviceError
from drivers.scanner.hid import EVIOCGRAB, EVIOCSCLOCKID, HidScanner, claim
from drivers.scanner.simulated_hid import HidFarEnd
from drivers.supervisor import Supervisor
from tests.drivers.recorder import Recorder

CARD = "P1:YS:0370217:3:" + "A2B3" * 5


@pytest.fixture
def far(tmp_path: Path) -> Iterator[HidFarEnd]:
    with HidFarEnd(tmp_path / "wedge") as made:
        yield made


@pytest.fixture
def reader(far: HidFarEnd) -> Iterator[HidScanner]:
    made = HidScanner(far.address)
    made.open()
    yield made
    made.close()


def iow(kind: str, number: int, size: int) -> int:
    """_IOW of linux/ioctl.h."""
    return (1 << 30) | (size << 16) | (ord(kind) << 8) | number


def test_the_request_numbers_are_those_of_the_kernel() -> None:
    assert iow("E", 0x90, 4) == EVIOCGRAB
    assert iow("E", 0xA0, 4) == EVIOCSCLOCKID


def test_a_real_device_is_grabbed_and_stamped_by_our_clock() -> None:
    asked: list[tuple[int, int, Any]] = []
    assert claim(7, "hid:x", lambda *words: asked.append(words))
    assert asked == [(7, EVIOCGRAB, 1), (7, EVIOCSCLOCKID, b"\x01\0\0\0")]


def test_a_device_that_another_program_has_is_busy() -> None:
    def taken(fd: int, request: int, value: Any) -> None:
        raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))

    with pytest.raises(DeviceError) as caught:
        claim(7, "hid:x", taken)
    assert caught.value.code == "busy"


@pytest.mark.parametrize(
    ("address", "code"), [("hid:/nowhere", "absent"), ("hid:", "bad-address"), ("x", "bad-address")]
)
def test_a_file_that_is_not_there(address: str, code: str) -> None:
    with pytest.raises(DeviceError) as caught:
        HidScanner(address).open()
    assert caught.value.code == code


@pytest.mark.parametrize("end", ["enter", "keypad", "tab", ""])
def test_every_end_ends_a_code_once(far: HidFarEnd, reader: HidScanner, end: str) -> None:
    far.scan(CARD, end)
    scan = reader.read(5)
    assert scan is not None
    assert scan.text == CARD
    assert reader.read(0.15) is None


def test_an_old_code_is_dropped_a_late_one_keeps_its_time(far: HidFarEnd, reader: HidScanner) -> None:
    far.scan("long ago", age_s=6)
    far.scan("just now", age_s=3)
    scan = reader.read(5)
    assert scan is not None
    assert scan.text == "just now"
    assert 2.9 < time.monotonic() - scan.at_s < 4
    assert reader.counters() == {"stale": 1}


def test_a_stamp_of_another_clock_is_not_believed(far: HidFarEnd, reader: HidScanner) -> None:
    far.scan("no clock", age_s=time.time())
    scan = reader.read(5)
    assert scan is not None
    assert time.monotonic() - scan.at_s < 1


def test_events_the_kernel_lost_spoil_their_code_only(far: HidFarEnd, reader: HidScanner) -> None:
    far.scan("half", "")
    far.overrun()
    far.scan("of it")
    far.scan(CARD)
    scan = reader.read(5)
    assert scan is not None
    assert scan.text == CARD
    assert reader.counters() == {"rejected:garbage": 1}


def test_a_slow_typist_is_read_whole(far: HidFarEnd, recorder: Recorder) -> None:
    supervisor = Supervisor(recorder)
    supervisor.add(HidScanner(far.address))
    supervisor.start()
    recorder.wait_state("scanner", "ok")
    far.scan("Slow-0123", key_pause_s=0.02)
    recorder.wait(lambda: recorder.texts == ["Slow-0123"])
    whole_card = "P1:YS:0370217:3:" + "A2B3" * 26
    far.scan(whole_card)
    recorder.wait(lambda: recorder.texts[1:] == [whole_card])
    assert supervisor.stop() == ()


def test_unplugged_and_back_under_the_supervisor(far: HidFarEnd, recorder: Recorder) -> None:
    supervisor = Supervisor(recorder, backoff_first_s=0.02, backoff_most_s=0.1)
    supervisor.add(HidScanner(far.address))
    supervisor.start()
    for turn in range(3):
        recorder.wait_state("scanner", "ok")
        far.scan(f"turn-{turn}")
        recorder.wait(lambda turn=turn: recorder.texts[-1:] == [f"turn-{turn}"])  # type: ignore[misc]
        far.scan("half of a", "")
        far.unplug()
        recorder.wait_state("scanner", "absent")
        far.replug()
    recorder.wait_state("scanner", "ok")
    assert supervisor.stop() == ()


def test_random_bytes_show_as_a_warning_and_publish_nothing_unprintable(
    far: HidFarEnd, recorder: Recorder
) -> None:
    supervisor = Supervisor(recorder)
    supervisor.add(HidScanner(far.address))
    supervisor.start()
    recorder.wait_state("scanner", "ok")
    for seed in range(20):
        far.garbage(200, seed=seed)
    recorder.wait_state("scanner", "warning")
    recorder.wait(lambda: not supervisor._keepers[0].reader._pending())  # type: ignore[attr-defined]
    far.scan(CARD)
    recorder.wait(lambda: CARD in recorder.texts)
    assert all(text.isprintable() for text in recorder.texts)
    assert supervisor.stop() == ()


def test_nothing_is_left_behind() -> None:
    before = {link.name for link in Path("/proc/self/fd").iterdir()}
    far = HidFarEnd()
    folder = far.path.parent
    reader = HidScanner(far.address)
    reader.open()
    reader.close()
    far.close()
    assert not folder.exists()
    assert {link.name for link in Path("/proc/self/fd").iterdir()} == before
