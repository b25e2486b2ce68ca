"""The terminal's program as it is, under a wall clock that can be thrown while it runs.

`python -m tests.faults.monkey.thrown CLOCK LOG kiosk-words …`: CLOCK holds how many seconds the clock is off
(`throw` writes it), LOG takes what goes to standard error; SIGUSR1 writes there where every thread is.
"""

from __future__ import annotations

import faulthandler
import mmap
import os
import signal
import struct
import sys
import time
from collections.abc import Callable
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

_SECONDS = struct.Struct("<d")


def throw(clock: Path, off_s: float) -> None:
    """From now on the program's wall clock is off by that much; the file is made when it is not there."""
    with clock.open("r+b" if clock.exists() else "w+b") as file:
        file.write(_SECONDS.pack(off_s))


def _off_s(clock: Path) -> Callable[[], float]:
    with clock.open("rb") as file:
        shared = mmap.mmap(file.fileno(), _SECONDS.size, access=mmap.ACCESS_READ)
    return lambda: float(_SECONDS.unpack(shared[:])[0])


def put_under(clock: Path) -> None:
    """Let every wall clock of this process be off as CLOCK says; monotonic clocks go on."""
    off_s, time_s, time_ns = _off_s(clock), time.time, time.time_ns

    class Thrown(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.fromtimestamp(time.time(), tz)

    time.time = lambda: time_s() + off_s()
    time.time_ns = lambda: time_ns() + int(off_s() * 1e9)
    from kiosk.services import clock as clocks

    setattr(clocks, "datetime", Thrown)  # noqa: B010  # it is imported there, not made


def main() -> int:
    """Run the program."""
    clock, log, *words = sys.argv[1:]
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), sys.stderr.fileno())
    faulthandler.register(signal.SIGUSR1, all_threads=True)
    faulthandler.enable()
    put_under(Path(clock))
    from kiosk.cli import main as kiosk

    return kiosk(words)


if __name__ == "__main__":
    sys.exit(main())
