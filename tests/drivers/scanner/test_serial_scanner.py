"""One contract for the serial scanner over a pty, TCP and a line in memory; then what only a pty can do."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceError, Scan
from drivers.scanner.serial import WAITING_MAXIMUM, SerialScanner
from drivers.scanner.simulated import ScannerFarEnd
from drivers.supervisor import Supervisor
from drivers.wire import Wire
from tests.drivers.recorder import Recorder

CARD = "P1:YS:0370217:3:" + "A2B3" * 26


class PtyRig:
    def __init__(self, folder: Path) -> None:
        self.far = ScannerFarEnd(folder / "scanner")
        self.reader = SerialScanner(self.far.address)
        self.send = self.far.send
        self.unplug = self.far.unplug
        self.replug = self.far.replug
        self.end = self.far.close


class TcpRig:
    def __init__(self, folder: Path) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.reader = SerialScanner(f"tcp://127.0.0.1:{self.server.getsockname()[1]}")
        self.line: socket.socket | None = None

    def send(self, data: bytes) -> None:
        if self.line is None:
            self.line = self.server.accept()[0]
        self.line.sendall(data)

    def unplug(self) -> None:
        self.send(b"")
        assert self.line is not None
        self.line.close()
        self.line = None

    def replug(self) -> None:
        assert self.line is None

    def end(self) -> None:
        if self.line is not None:
            self.line.close()
        self.server.close()


class MemoryRig:
    def __init__(self, folder: Path) -> None:
        self.far: socket.socket | None = None
        self.plugged = True
        self.reader = SerialScanner("memory", opener=self.open)

    def open(self, address: str) -> Wire:
        if not self.plugged:
            raise DeviceError("memory: unplugged", code="absent")
        near, self.far = socket.socketpair()
        near.setblocking(False)
        return Wire(near.fileno(), address, near.close)

    def send(self, data: bytes) -> None:
        assert self.far is not None
        self.far.sendall(data)

    def unplug(self) -> None:
        self.plugged = False
        assert self.far is not None
        self.far.close()

    def replug(self) -> None:
        self.plugged = True

    def end(self) -> None:
        if self.far is not None:
            self.far.close()


Rig = PtyRig | TcpRig | MemoryRig


@pytest.fixture(params=[PtyRig, TcpRig, MemoryRig])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    made: Rig = request.param(tmp_path)
    yield made
    made.reader.close()
    made.end()


def read_all(reader: SerialScanner, count: int) -> list[str]:
    texts: list[str] = []
    deadline = time.monotonic() + 10
    while len(texts) < count and time.monotonic() < deadline:
        scan = reader.read(0.5)
        texts += [scan.text] if scan else []
    return texts


def test_a_code_is_read_whole(rig: Rig) -> None:
    rig.reader.open()
    before = time.monotonic()
    rig.send(b"]Q1" + CARD.encode() + b"\r\n")
    scan = rig.reader.read(5)
    assert scan == Scan("scanner", "QR", CARD, scan.at_s if scan else 0)
    assert before <= scan.at_s <= time.monotonic()


def test_silence_is_none_in_time(rig: Rig) -> None:
    rig.reader.open()
    start = time.monotonic()
    assert rig.reader.read(0.1) is None
    assert 0.08 < time.monotonic() - start < 1


def test_a_code_without_suffix_ends_by_a_gap(rig: Rig) -> None:
    rig.reader.open()
    rig.send(CARD.encode())
    start = time.monotonic()
    scan = rig.reader.read(5)
    assert scan is not None
    assert scan.text == CARD
    assert time.monotonic() - start < 1


def test_a_code_in_pieces_is_one_code(rig: Rig) -> None:
    rig.reader.open()
    for place in range(0, len(CARD), 7):
        rig.send(CARD[place : place + 7].encode())
    rig.send(b"\r")
    assert read_all(rig.reader, 1) == [CARD]


def test_codes_at_once_are_all_kept_in_order(rig: Rig) -> None:
    rig.reader.open()
    texts = [f"code-{number:04d}" for number in range(200)]
    rig.send("\r".join(texts).encode() + b"\r")
    assert read_all(rig.reader, 200) == texts


def test_garbage_is_rejected_and_the_next_code_read(rig: Rig) -> None:
    rig.reader.open()
    rig.send(b"\x00\xff\x80\x1b" * 50 + b"\r" + b"A" * 4000 + b"\r")
    rig.send(CARD.encode() + b"\r")
    assert read_all(rig.reader, 1) == [CARD]
    assert rig.reader.warning == "rejected"
    assert rig.reader.counters() == {"rejected:garbage": 1, "rejected:too-long": 1, "dropped": 0}


def test_a_flood_ends_in_time_and_bounded_memory(rig: Rig) -> None:
    rig.reader.open()
    for _ in range(3):
        rig.send(b"7\r" * 700)
        rig.reader.read(0.2)
        while rig.reader._wire is not None and (data := rig.reader._wire.read(4096, 0.05)):
            rig.reader._keep(rig.reader._framer.feed(data), 0.0)
    assert len(rig.reader._waiting) <= WAITING_MAXIMUM
    assert rig.reader.counters()["dropped"] > 0
    start = time.monotonic()
    assert rig.reader.read(0.2) is not None
    assert time.monotonic() - start < 1


def test_unplug_while_reading_raises_and_reopening_works(rig: Rig) -> None:
    rig.reader.open()
    rig.send(b"half a co")
    rig.unplug()
    with pytest.raises(DeviceError) as caught:
        for _ in range(5):
            rig.reader.read(0.2)
    assert caught.value.code == "unplugged"
    rig.reader.close()
    rig.replug()
    rig.reader.open()
    rig.send(b"NEW\r")
    assert read_all(rig.reader, 1)[-1:] == ["NEW"]


def test_reading_unopened_is_a_device_error(rig: Rig) -> None:
    with pytest.raises(DeviceError):
        rig.reader.read(0.1)


@pytest.fixture
def plugged(tmp_path: Path, recorder: Recorder) -> Iterator[tuple[ScannerFarEnd, Supervisor]]:
    with ScannerFarEnd(tmp_path / "scanner") as far:
        supervisor = Supervisor(recorder, backoff_first_s=0.02, backoff_most_s=0.1)
        supervisor.add(SerialScanner(far.address))
        supervisor.start()
        recorder.wait_state("scanner", "ok")
        yield far, supervisor
        assert supervisor.stop() == ()


def test_unplugged_and_back_under_the_supervisor(
    plugged: tuple[ScannerFarEnd, Supervisor], recorder: Recorder
) -> None:
    far, _ = plugged
    for turn in range(3):
        far.scan(f"before-{turn}")
        recorder.wait(lambda turn=turn: recorder.texts[-1:] == [f"before-{turn}"])  # type: ignore[misc]
        far.unplug()
        assert not far.path.is_symlink()
        recorder.wait_state("scanner", "absent")
        far.replug()
        recorder.wait_state("scanner", "ok")
    far.scan("after", b"\n")
    recorder.wait(lambda: recorder.texts[-1:] == ["after"])
    assert len(recorder.texts) == 4


def test_a_slow_scanner_is_read_whole(plugged: tuple[ScannerFarEnd, Supervisor], recorder: Recorder) -> None:
    far, _ = plugged
    far.scan("SLOW-0123456789", byte_pause_s=0.005)
    recorder.wait(lambda: recorder.texts == ["SLOW-0123456789"])


def test_garbage_shows_as_a_warning_and_publishes_nothing_unprintable(
    plugged: tuple[ScannerFarEnd, Supervisor], recorder: Recorder
) -> None:
    far, supervisor = plugged
    for seed in range(20):
        far.garbage(200, seed=seed)
    recorder.wait_state("scanner", "warning")
    far.send(b"\r")
    far.scan(CARD)
    recorder.wait(lambda: CARD in recorder.texts)
    assert all(text.isprintable() for text in recorder.texts)
    counted = supervisor.counters()["scanner"]
    assert sum(count for why, count in counted.items() if why.startswith("rejected")) > 0


def test_far_end_leaves_nothing_behind() -> None:
    before = {link.name for link in Path("/proc/self/fd").iterdir()}
    far = ScannerFarEnd()
    folder = far.path.parent
    reader = SerialScanner(far.address)
    reader.open()
    reader.close()
    far.close()
    assert not folder.exists()
    assert {link.name for link in Path("/proc/self/fd").iterdir()} == before
