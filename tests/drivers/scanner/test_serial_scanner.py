"""The serial scanner on a pty: plugs, speeds, slow bytes; what every scanner does is in test_contract."""

from __future__ import annotations

import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceError
from drivers.scanner.framing import GAP_S
from drivers.scanner.serial import SerialScanner
from drivers.scanner.simulated import ScannerFarEnd
from drivers.supervisor import Supervisor
from tests.drivers.recorder import Recorder

CARD = "P1:YS:0370217:3:" + "A2B3" * 26


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


@pytest.mark.parametrize("baud", [1200, 9600, 57600, 115200])
def test_the_speed_of_the_address_reaches_the_line(tmp_path: Path, baud: int) -> None:
    with ScannerFarEnd(tmp_path / "scanner") as far:
        reader = SerialScanner(f"serial:{far.path}?baud={baud}")
        reader.open()
        assert reader._wire is not None
        speeds = termios.tcgetattr(reader._wire._fd)[4:6]
        assert speeds == [getattr(termios, f"B{baud}")] * 2
        reader.close()


@pytest.mark.parametrize("baud", ["0", "-1", "fast", ""])
def test_a_speed_that_is_none_is_named(tmp_path: Path, baud: str) -> None:
    with ScannerFarEnd(tmp_path / "scanner") as far, pytest.raises(DeviceError) as caught:
        SerialScanner(f"serial:{far.path}?baud={baud}").open()
    assert caught.value.code in ("bad-address", "absent")


def test_a_gap_is_longer_on_a_slow_line() -> None:
    assert SerialScanner("serial:/dev/x?baud=300")._gap_s == pytest.approx(0.133, abs=0.001)
    for address in ("serial:/dev/x", "serial:/dev/x?baud=115200", "serial:/dev/x?baud=x", "tcp://h:1"):
        assert SerialScanner(address)._gap_s == GAP_S
