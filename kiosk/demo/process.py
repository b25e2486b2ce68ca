"""The terminal's program as a process of its own: switched on, switched off, and its power pulled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

STOP_TIMEOUT_S = 10.0


class TerminalProcess:
    """`kiosk run` with one configuration."""

    def __init__(self, config: Path, inspect_socket: Path) -> None:
        self._config = config
        self._inspect_socket = inspect_socket
        self._process: subprocess.Popen[bytes] | None = None

    def power_on(self, display: str = "") -> None:
        """Start the terminal's program; on `display` where that is not this process's own."""
        assert self._process is None, "the terminal is on"
        self._inspect_socket.unlink(missing_ok=True)
        command = [sys.executable, "-m", "kiosk", "--config", str(self._config)]
        environment = {**os.environ, "DISPLAY": display} if display else None
        self._process = subprocess.Popen(
            [*command, "run", "--inspect", str(self._inspect_socket)], env=environment
        )

    def pull_power(self) -> None:
        """Kill the terminal's program as a power cut does: at once, whatever it is doing."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait(STOP_TIMEOUT_S)
            self._process = None

    def switch_off(self) -> int:
        """End the terminal's program in order; returns its exit code."""
        assert self._process is not None, "the terminal is off"
        self._process.terminate()
        code = self._process.wait(STOP_TIMEOUT_S)
        self._process = None
        return code

    @property
    def running(self) -> bool:
        """Whether the terminal's program runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Of the program, None while it is off."""
        return self._process.pid if self._process is not None else None
