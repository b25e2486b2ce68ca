"""One contract for both things a camera driver looks at: a stream, and a video file that plays for ever."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from drivers.base import DeviceError
from drivers.scanner.camera import CameraReader
from drivers.scanner.capture import Capture
from drivers.scanner.simulated import CameraFarEnd, write_video
from drivers.supervisor import Supervisor
from tests.drivers import codes
from tests.drivers.recorder import Recorder

RNG = random.Random(9)
TEXTS = [codes.card_text(370217 + number, RNG) for number in range(2)]
DRAWN = [codes.draw_card(text) for text in TEXTS]
SHOT = codes.Shot(code_px=200, turn_deg=4, tilt_deg=5, nod_deg=5, centre=(0.5, 0.5))
CUTS = 30


def flat(level: int) -> codes.Picture:
    return np.full((codes.HEIGHT, codes.WIDTH), level, np.uint8)


class Stream:
    """The simulated camera on HTTP."""

    def __init__(self, folder: Path, name: str) -> None:
        self.far = CameraFarEnd()
        self.source = self.far.address

    def film(self, picture: codes.Picture | None) -> None:
        self.far.take_away() if picture is None else self.far.hold_up(picture)

    def garbage(self) -> None:
        self.far.fail("garbage")

    def unplug(self) -> None:
        self.far.drop()

    def replug(self) -> None:
        self.far.restore()

    def close(self) -> None:
        self.far.close()


class VideoFile:
    """A film of some frames; unplugged, the file is empty and gone."""

    def __init__(self, folder: Path, name: str) -> None:
        self.path = folder / f"{name}.avi"
        self.source = str(self.path)
        self.film(None)

    def film(self, picture: codes.Picture | None) -> None:
        shown = flat(128) if picture is None else codes.photograph(picture, SHOT, random.Random(1))
        fresh = self.path.with_suffix(".new.avi")
        write_video(fresh, [shown] * 6, 20)
        if self.path.exists():
            self.path.write_bytes(fresh.read_bytes())  # the very file that is being played
            fresh.unlink()
        else:
            fresh.replace(self.path)

    def garbage(self) -> None:
        self.path.write_bytes(random.Random(2).randbytes(self.path.stat().st_size))

    def unplug(self) -> None:
        self.path.write_bytes(b"")
        self.path.unlink()

    def replug(self) -> None:
        self.film(None)

    def close(self) -> None:
        self.path.unlink(missing_ok=True)


Rig = Stream | VideoFile


@pytest.fixture(params=[Stream, VideoFile], ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[Rig]:
    made: type[Rig] = request.param
    return made


@pytest.fixture
def rig(kind: type[Rig], tmp_path: Path) -> Iterator[Rig]:
    made = kind(tmp_path, "film")
    yield made
    made.close()


def lost(reader: CameraReader) -> str:
    deadline_s = time.monotonic() + 15
    while time.monotonic() < deadline_s:
        try:
            reader.read(0.2)
        except DeviceError as error:
            return error.code
    raise AssertionError("the loss was not noticed")


def test_a_life_of_a_camera(rig: Rig) -> None:
    """Silence, a card shown once over many ends of the film, garbage, the plug pulled, absent, and back."""
    reader = CameraReader(rig.source)
    reader.open()
    assert reader.read(0.3) is None
    reader.close()
    rig.film(DRAWN[0])
    reader.open()
    scan = reader.read(8)
    assert scan is not None and (scan.symbology, scan.text) == ("QR", TEXTS[0])
    assert reader.read(1.2) is None, "held up it counts once, also where a film begins again"
    rig.garbage()
    assert lost(reader) in ("unplugged", "silent", "frozen")
    reader.close()
    rig.unplug()
    with pytest.raises(DeviceError) as caught:
        reader.open()
    assert caught.value.code == "absent" or isinstance(rig, Stream)
    reader.close()
    rig.replug()
    rig.film(DRAWN[1])
    reader.open()
    scan = reader.read(8)
    reader.close()
    assert scan is not None and scan.text == TEXTS[1]
    assert set(reader.counters()) <= {"died"}


def test_two_of_one_kind_do_not_mix(kind: type[Rig], tmp_path: Path, recorder: Recorder) -> None:
    rigs = {name: kind(tmp_path, name) for name in ("left", "right")}
    for rig, card in zip(rigs.values(), DRAWN, strict=True):
        rig.film(card)
    supervisor = Supervisor(recorder)
    for name, rig in rigs.items():
        supervisor.add(CameraReader(rig.source, name=name))
    supervisor.start()
    recorder.wait(lambda: len(recorder.scans) == 2)
    assert {scan.source: scan.text for scan in recorder.scans} == dict(zip(rigs, TEXTS, strict=True))
    rigs["left"].unplug()
    recorder.wait(lambda: recorder.states("left")[-1][0] in ("lost", "absent"))
    assert recorder.states("right") == [("ok", "")]
    assert supervisor.stop() == ()
    for rig in rigs.values():
        rig.close()


def test_a_picture_in_two_halves_is_one_picture_wherever_it_is_cut(tmp_path: Path) -> None:
    """Through the driver: what it shows of each level is that level from top to bottom."""
    rig = Stream(tmp_path, "film")
    reader = CameraReader(rig.source)
    reader.open()
    for number in range(CUTS):
        level = 40 + 6 * number
        rig.far.portions = lambda frame, number=number: halves(frame, number)
        rig.film(flat(level))
        deadline_s = time.monotonic() + 20
        while True:
            seen = reader.preview()
            if seen is not None and abs(min(seen.rgb) - level) < 3 and abs(max(seen.rgb) - level) < 3:
                break
            reader.read(0.01)
            assert time.monotonic() < deadline_s, number
    rig.film(DRAWN[0])
    rig.far.portions = lambda frame: [frame[at : at + 4096] for at in range(0, len(frame), 4096)]
    scan = reader.read(8)
    assert scan is not None and scan.text == TEXTS[0], "bytes that come slowly"
    reader.close()
    rig.close()


def halves(frame: bytes, number: int) -> list[bytes]:
    at = 1 + (len(frame) - 2) * number // (CUTS - 1)
    return [frame[:at], frame[at:]]


def test_a_film_that_breaks_off_anywhere_is_played_up_to_there_or_absent(tmp_path: Path) -> None:
    whole = tmp_path / "whole.avi"
    write_video(whole, [flat(60), flat(120), flat(180)], 30)
    data = whole.read_bytes()
    played = 0
    for number in range(CUTS):
        path = tmp_path / f"cut-{number}.avi"
        path.write_bytes(data[: 1 + (len(data) - 2) * number // (CUTS - 1)])
        try:
            with Capture(str(path)) as capture:
                frame, _, _ = next(capture.frames())
                assert frame.shape[:2] == (codes.HEIGHT, codes.WIDTH)
                played += 1
        except DeviceError as error:
            assert error.code in ("absent", "unplugged")
    assert 0 < played < CUTS
