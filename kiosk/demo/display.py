"""A virtual display where there is none, so that the demo shows real windows anywhere."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from kiosk.config import ConfigError

STOP_TIMEOUT_S = 5.0


@contextmanager
def virtual_display(width: int, height: int) -> Iterator[str]:
    """Start Xvfb on a free display and yield its name (":7"). Raises `ConfigError` where it is missing."""
    if shutil.which("Xvfb") is None:
        raise ConfigError("no display and no Xvfb; install it: sudo apt-get install xvfb xdotool")
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
        pass_fds=(write_end,),
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as lines:
            number = lines.readline().strip()
        if not number:
            raise ConfigError("Xvfb did not start; try `Xvfb :99` by hand to see why")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(STOP_TIMEOUT_S)
