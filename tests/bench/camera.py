"""camera: what the camera's process takes while nothing is held up, and while a card is."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from drivers.scanner.camera import CameraReader
from drivers.scanner.eye import ACTIVE_S
from drivers.scanner.simulated import FRAME_RATE_HZ, CameraFarEnd
from tests.bench.figures import Figure, figure
from tests.drivers import codes

IDLE_S = 15.0
SHOWN_MOST_S = 5.0
SHOWN = 8


def measure(folder: Path) -> list[Figure]:
    """The far end films at its own rate; processor time is that of the driver's process alone."""
    rng = random.Random(1)
    with CameraFarEnd() as far, _open(far) as reader:
        reader.read(ACTIVE_S + 1)
        idle = _busy_share(reader, IDLE_S)
        shown_ms = []
        for number in range(SHOWN):
            far.hold_up(codes.draw_card(codes.card_text(number, rng)))
            begun_s = time.monotonic()
            scan = reader.read(SHOWN_MOST_S)
            assert scan is not None, "a card was not read"
            shown_ms.append((time.monotonic() - begun_s) * 1e3)
    return [
        figure(
            "camera_idle_cpu",
            100 * idle,
            "% of a core",
            goal="value <= 10",
            about=f"{FRAME_RATE_HZ:g} frames a second, over {IDLE_S:g} s, nothing held up",
        ),
        figure("camera_card_read", sorted(shown_ms)[SHOWN // 2], "ms", goal="", about=f"median of {SHOWN}"),
    ]


@contextmanager
def _open(far: CameraFarEnd) -> Iterator[CameraReader]:
    reader = CameraReader(far.address)
    try:
        reader.open()
        yield reader
    finally:
        reader.close()


def _busy_share(reader: CameraReader, during_s: float) -> float:
    begun, begun_s = _ticks(reader), time.monotonic()
    assert reader.read(during_s) is None
    return (_ticks(reader) - begun) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - begun_s)


def _ticks(reader: CameraReader) -> int:
    fields = Path(f"/proc/{reader.pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
