"""What the camera's process says, in any portions: heard, a flood kept up to a maximum, the rest counted."""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.base import DeviceError
from drivers.scanner import camera
from drivers.scanner.camera import WAITING_MAXIMUM, CameraReader

FLOOD = 10_000
PATIENCE_S = 60.0  # the puppet sends no frames, and a busy machine may take long over its words
ROOT = Path(__file__).parents[3]


class Puppet:
    """A camera reader whose process says what the test lets it say."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PYTHONPATH", str(ROOT))
        monkeypatch.setattr(camera, "FRAME_AGE_MAXIMUM_S", PATIENCE_S)
        python = folder / "python"
        python.write_text(
            f'#!/bin/sh\nexec "{sys.executable}" "{Path(__file__).with_name("puppet.py")}" "$@"\n'
        )
        python.chmod(0o700)
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(folder / "eye"))
        self._server.listen()
        self.reader = CameraReader(str(folder / "eye"), python=str(python))
        self.line: socket.socket | None = None
        self.open()

    def open(self) -> None:
        self.reader.open()
        self.line = self._server.accept()[0]

    def say(self, *words: object, cut: int | None = None) -> None:
        """One line, or the two parts of it."""
        assert self.line is not None
        data = json.dumps(words).encode() + b"\n"
        self.line.sendall(data[:cut])
        if cut is not None:
            assert self.reader.read(0.0) is None
            self.line.sendall(data[cut:])

    def show(self, text: str, cut: int | None = None) -> None:
        self.say("shown", "QR", text, time.monotonic(), cut=cut)

    def close(self) -> None:
        self.reader.close()
        for one in (self.line, self._server):
            if one is not None:
                one.close()


@pytest.fixture
def puppet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Puppet]:
    made = Puppet(tmp_path, monkeypatch)
    yield made
    made.close()


def test_a_line_in_two_parts_is_one_line_wherever_it_is_cut(puppet: Puppet) -> None:
    for at in range(1, 40):
        puppet.show(f"P1:{at:03}", cut=at)
        scan = puppet.reader.read(5)
        assert scan is not None and scan.text == f"P1:{at:03}"
    assert puppet.reader.counters() == {}


def test_a_flood_of_codes_is_kept_up_to_a_maximum_and_the_rest_counted(puppet: Puppet) -> None:
    def flood() -> None:
        for number in range(FLOOD):
            puppet.show(f"{number:05}")
        puppet.say("rejected", "too-long")  # so that the end is noticed

    sending = threading.Thread(target=flood, daemon=True)
    sending.start()
    deadline_s = time.monotonic() + 30
    while not puppet.reader.warning:
        puppet.reader._take(0.1)
        assert time.monotonic() < deadline_s
    sending.join()
    texts = []
    while (scan := puppet.reader.read(0.0)) is not None:
        texts.append(scan.text)
    assert texts == [f"{number:05}" for number in range(WAITING_MAXIMUM)]
    assert puppet.reader.counters() == {"dropped": FLOOD - WAITING_MAXIMUM, "rejected:too-long": 1}


def test_what_it_passed_over_and_rejected_is_counted(puppet: Puppet) -> None:
    puppet.say("crowded", 7)
    puppet.say("crowded", 5)
    puppet.say("rejected", "control")
    puppet.show("LAST")
    scan = puppet.reader.read(5)
    assert scan is not None and scan.text == "LAST"
    assert puppet.reader.counters() == {"crowded": 12, "rejected:control": 1}
    assert puppet.reader.warning == "rejected"


def test_a_process_that_talks_without_end_is_given_up(puppet: Puppet) -> None:
    assert puppet.line is not None
    puppet.line.sendall(b"x" * 2 * camera.LINE_MAXIMUM)
    with pytest.raises(DeviceError) as caught:
        puppet.reader.read(5)
    assert caught.value.code == "died"


def test_a_process_that_ends_in_the_middle_of_a_line_is_lost_and_its_half_forgotten(puppet: Puppet) -> None:
    assert puppet.line is not None
    puppet.line.sendall(b'["shown", "QR", "HA')
    puppet.line.close()
    with pytest.raises(DeviceError) as caught:
        for _ in range(10):
            assert puppet.reader.read(1) is None
    assert caught.value.code == "died"
    puppet.reader.close()
    puppet.open()
    puppet.show("NEW")
    scan = puppet.reader.read(5)
    assert scan is not None and scan.text == "NEW"
    assert puppet.reader.pid is not None and puppet.reader.pid != os.getpid()
