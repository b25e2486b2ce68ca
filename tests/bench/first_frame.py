"""first_frame: from starting the process to the first flipped frame, beside an almost empty Kivy program."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from kiosk.demo.display import virtual_display
from kiosk.demo.seed import CONFIG_FILE, Places, seed
from tests.bench.figures import Figure, figure
from tests.bench.references import bare_kivy_path, flips

SIZE = (1280, 800)
WARM_UP = 2
ROUNDS = 11
STOP_TIMEOUT_S = 10.0


def measure(folder: Path) -> list[Figure]:
    """Turn by turn, each a new process; bytecode, fonts and the disk's cache are warm from the first two."""
    seed(folder / "seeded", Places(), screen={"width": SIZE[0], "height": SIZE[1]})
    ours = ["-m", "kiosk", "--config", str(folder / "seeded" / CONFIG_FILE), "run"]
    bare = [str(bare_kivy_path()), *map(str, SIZE), "1"]
    times_s: dict[int, list[float]] = {0: [], 1: []}
    with virtual_display(*SIZE) as display:
        for number in range(WARM_UP + ROUNDS):
            for turn in (0, 1):
                which = (number + turn) % 2
                took_s = _first_flip_s((ours, bare)[which], display)
                if number >= WARM_UP:
                    times_s[which].append(took_s)
    return [
        figure(
            "first_frame",
            statistics.median(times_s[0]) * 1e3,
            "ms",
            reference=statistics.median(times_s[1]) * 1e3,
            goal="ratio <= 1.5",
            about=f"median of {ROUNDS} starts, {SIZE[0]}x{SIZE[1]}; reference: a Kivy program with one label",
        )
    ]


def _first_flip_s(program: Sequence[str], display: str) -> float:
    """Seconds from starting `program` to its first flip; it is killed then."""
    read_end, write_end = os.pipe()
    environment = {**os.environ, "DISPLAY": display}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed terminal has its bytecode
    command = [sys.executable, str(flips.__file__), str(write_end), *program]
    begun_s = time.monotonic()
    child = subprocess.Popen(
        command, pass_fds=(write_end,), env=environment, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as lines:
            line = lines.readline()
        assert line, f"{program} ended before its first frame"
        return float(line) - begun_s
    finally:
        child.kill()
        child.wait(STOP_TIMEOUT_S)
        assert child.stdin is not None
        child.stdin.close()
