"""The camera driver against a real stream: shown once, every fault noticed, its process never left behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from drivers.base import DeviceError, Scan
from drivers.scanner import camera
from drivers.scanner.camera import CameraReader
from drivers.scanner.simulated import CameraFarEnd, write_video
from drivers.supervisor import Supervisor
from tests.drivers import codes
from tests.drivers.recorder import Recorder

RNG = random.Random(9)
TEXT = codes.card_text(370217, RNG)
CARD = codes.draw_card(TEXT)
OTHER_TEXT = codes.card_text(370218, RNG)
OTHER = codes.draw_card(OTHER_TEXT)


@pytest.fixture
def far() -> Iterator[CameraFarEnd]:
    with CameraFarEnd() as made:
        yield made


@pytest.fixture
def reader(far: CameraFarEnd) -> Iterator[CameraReader]:
    made = CameraReader(far.address)
    made.open()
    yield made
    made.close()


def read_until_lost(reader: CameraReader, within_s: float) -> DeviceError:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            reader.read(0.2)
        except DeviceError as error:
            return error
    raise AssertionError("the loss was not noticed")


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while not gone(pid):
        assert time.monotonic() < deadline, "the camera process was left behind"
        time.sleep(0.01)


def test_a_card_held_up_is_shown_once_until_lifted(far: CameraFarEnd, reader: CameraReader) -> None:
    far.hold_up(CARD)
    scan = reader.read(5)
    assert isinstance(scan, Scan)
    assert (scan.source, scan.symbology, scan.text) == ("camera", "QR", TEXT)
    assert time.monotonic() - 5 < scan.at_s <= time.monotonic()
    assert reader.read(2.5) is None
    far.take_away()
    assert reader.read(2.0) is None
    far.hold_up(CARD)
    again = reader.read(5)
    assert again is not None
    assert again.text == TEXT


def test_another_card_is_shown_at_once(far: CameraFarEnd, reader: CameraReader) -> None:
    far.hold_up(CARD)
    first = reader.read(5)
    far.hold_up(OTHER)
    second = reader.read(5)
    assert first is not None
    assert second is not None
    assert [first.text, second.text] == [TEXT, OTHER_TEXT]


def test_the_preview_shows_the_picture_in_one_buffer(far: CameraFarEnd, reader: CameraReader) -> None:
    far.hold_up(np.full((720, 1280), 230, np.uint8))
    deadline = time.monotonic() + 5
    while True:
        seen = reader.preview()
        assert seen is not None
        if min(seen.rgb) > 220:
            break
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert len(seen.rgb) == seen.width * seen.height * 3
    assert (seen.width, seen.height) == (480, 270)
    later = reader.preview()
    assert later is not None
    assert later.rgb is seen.rgb
    reader.close()
    assert reader.preview() is None


@pytest.mark.parametrize(
    ("fault", "code"), [("freeze", "frozen"), ("silence", "silent"), ("drop", "unplugged"), ("garbage", "")]
)
def test_a_fault_in_the_middle_is_noticed_and_a_held_card_not_shown_twice(
    far: CameraFarEnd, reader: CameraReader, monkeypatch: pytest.MonkeyPatch, fault: str, code: str
) -> None:
    monkeypatch.setattr(camera, "FROZEN_S", 1.0)
    monkeypatch.setattr(camera, "FRAME_AGE_MAXIMUM_S", 1.5)
    far.hold_up(CARD)
    assert reader.read(5) is not None
    far.fail(fault)  # type: ignore[arg-type]
    assert read_until_lost(reader, 10).code in ((code,) if code else ("unplugged", "frozen", "silent"))
    reader.close()
    far.restore()
    reader.open()
    assert reader.read(1.5) is None, "the card was never lifted"
    far.hold_up(OTHER)
    other = reader.read(5)
    assert other is not None
    assert other.text == OTHER_TEXT


def test_a_frozen_source_does_not_open(far: CameraFarEnd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "FROZEN_S", 0.5)
    far.freeze()
    reader = CameraReader(far.address)
    with pytest.raises(DeviceError) as caught:
        reader.open()
    reader.close()
    assert caught.value.code == "frozen"


@pytest.mark.parametrize("source", ["http://127.0.0.1:9/", "/nowhere/video.avi", "/dev/video99", "99"])
def test_a_source_that_is_not_there_is_absent(source: str) -> None:
    reader = CameraReader(source)
    with pytest.raises(DeviceError) as caught:
        reader.open()
    reader.close()
    assert caught.value.code == "absent"


def test_a_killed_process_is_noticed_and_replaced(far: CameraFarEnd, reader: CameraReader) -> None:
    assert reader.pid is not None
    os.kill(reader.pid, signal.SIGKILL)
    assert read_until_lost(reader, 5).code == "died"
    reader.close()
    reader.open()
    far.hold_up(CARD)
    assert reader.read(5) is not None
    assert reader.counters()["died"] == 1


def test_after_a_death_in_zbar_it_goes_on_without(far: CameraFarEnd, reader: CameraReader) -> None:
    assert reader.pid is not None
    assert reader._window is not None
    os.kill(reader.pid, signal.SIGSTOP)
    reader._window.in_zbar = True  # as at the moment of an assertion inside zbar
    os.kill(reader.pid, signal.SIGKILL)
    assert "zbar" in str(read_until_lost(reader, 5))
    reader.close()
    reader.open()
    assert Path(f"/proc/{reader.pid}/cmdline").read_bytes().split(b"\0")[-2] == b"0"
    far.hold_up(CARD)
    assert reader.read(5) is not None


def test_close_ends_the_process_and_leaves_no_descriptor(far: CameraFarEnd) -> None:
    def descriptors() -> set[str]:
        return {link.name for link in Path("/proc/self/fd").iterdir()}

    far.drop()  # no viewer's socket opens or closes on our side of the count
    before = descriptors()
    reader = CameraReader("/nowhere/video.avi")
    for _ in range(3):
        with pytest.raises(DeviceError):
            reader.open()
        reader.close()
        reader.close()
    assert descriptors() == before


def test_the_process_dies_with_a_parent_killed_by_force(far: CameraFarEnd) -> None:
    program = (
        "import sys, time\n"
        "from drivers.scanner.camera import CameraReader\n"
        "reader = CameraReader(sys.argv[1])\n"
        "reader.open()\n"
        "print(reader.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, far.address], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert not gone(child)
    parent.kill()
    parent.communicate()
    wait_gone(child)


def test_an_idle_picture_is_hardly_decoded(far: CameraFarEnd, reader: CameraReader) -> None:
    """After ACTIVE_S the process takes far less of a core than it does at a moving picture."""

    def busy_share(during_s: float) -> float:
        def ticks() -> int:
            fields = Path(f"/proc/{reader.pid}/stat").read_text().rpartition(")")[2].split()
            return int(fields[11]) + int(fields[12])

        start, begun_s = ticks(), time.monotonic()
        assert reader.read(during_s) is None
        return (ticks() - start) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - begun_s)

    assert reader.read(3.5) is None
    idle = busy_share(2.0)
    moving = np.random.default_rng(1).integers(60, 200, (300, 500), np.uint8)
    moving = cv2.resize(cv2.resize(moving, (10, 6)), (500, 300))
    start = time.monotonic()
    far.hold_up(moving)
    active = busy_share(2.0)
    assert time.monotonic() - start < 5
    assert idle < active


def test_a_video_file_plays_for_ever(tmp_path: Path) -> None:
    shot = codes.Shot(code_px=200, turn_deg=4, tilt_deg=5, nod_deg=5, centre=(0.5, 0.5))
    empty = np.full((codes.HEIGHT, codes.WIDTH), 128, np.uint8)

    def film() -> Iterator[codes.Picture]:
        rng = random.Random(1)
        for _ in range(8):
            yield codes.photograph(CARD, codes.jitter(shot, rng), rng)
        for _ in range(40):
            yield empty

    path = tmp_path / "film.avi"
    write_video(path, film(), 20)
    reader = CameraReader(str(path))
    reader.open()
    scans = [reader.read(6), reader.read(6)]
    reader.close()
    assert [scan.text for scan in scans if scan] == [TEXT, TEXT]


def test_under_the_supervisor_a_dropped_camera_comes_back(far: CameraFarEnd, recorder: Recorder) -> None:
    supervisor = Supervisor(recorder, backoff_first_s=0.05, backoff_most_s=0.2)
    supervisor.add(CameraReader(far.address))
    supervisor.start()
    recorder.wait_state("camera", "ok")
    far.drop()
    recorder.wait(lambda: recorder.states("camera")[-1][0] in ("lost", "absent"))
    far.restore()
    recorder.wait_state("camera", "ok")
    far.hold_up(CARD)
    recorder.wait(lambda: recorder.texts == [TEXT])
    start = time.monotonic()
    assert supervisor.stop() == ()
    assert time.monotonic() - start < 2
