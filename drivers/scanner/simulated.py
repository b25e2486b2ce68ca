"""The far ends of scanner wires for demos and tests: a hand scanner on a pty and a camera on HTTP."""

from __future__ import annotations

import os
import random
import tempfile
import time
import tty
from pathlib import Path
from types import TracebackType

from drivers.wire import Wire

WRITE_TIMEOUT_S = 2.0


class ScannerFarEnd:
    """A hand scanner: owns the master side of a pty; a symlink at `path` is the serial device to open.

    Unplugging takes the link away and hangs up; replugging gives a new pty under the same path, as udev does.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._own_folder = None if path else tempfile.TemporaryDirectory(prefix="scanner-")
        self.path = path or Path(self._own_folder.name if self._own_folder else "") / "scanner"
        self._master: Wire | None = None
        self._slave = -1
        self.replug()

    @property
    def address(self) -> str:
        """What the driver's `open_wire` takes."""
        return f"serial:{self.path}?baud=9600"

    @property
    def plugged(self) -> bool:
        """Whether the device is there."""
        return self._master is not None

    def scan(self, text: str, suffix: bytes = b"\r", *, aim: str = "", byte_pause_s: float = 0.0) -> None:
        """Send one code as a scanner would, at once or byte by byte; the scanner must be plugged in."""
        data = (aim + text).encode("utf-8") + suffix
        if byte_pause_s <= 0:
            self.send(data)
            return
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(byte_pause_s)  # the slow wire is what is simulated

    def send(self, data: bytes) -> None:
        """Put raw bytes on the wire; DeviceError "stalled" when nobody takes them."""
        assert self._master is not None, "the scanner is unplugged"
        self._master.write(data, WRITE_TIMEOUT_S)

    def garbage(self, count: int, *, seed: int = 1) -> bytes:
        """Send `count` random bytes, each value possible; returns them."""
        data = random.Random(seed).randbytes(count)  # noqa: S311 - noise, no secret
        self.send(data)
        return data

    def unplug(self) -> None:
        """Pull the plug: the path is gone and an open driver sees a hang-up."""
        if self._master is None:
            return
        self.path.unlink(missing_ok=True)
        os.close(self._slave)
        self._master.close()
        self._master = None

    def replug(self) -> None:
        """Put it back in; the old path leads to the new device."""
        if self._master is not None:
            return
        master, self._slave = os.openpty()
        tty.setraw(self._slave)  # no echo before the driver has set the line
        os.set_blocking(master, False)
        self._master = Wire(master, f"pty of {self.path}", lambda: os.close(master))
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.path)

    def close(self) -> None:
        """Unplug for good and remove the folder made for the link."""
        self.unplug()
        if self._own_folder is not None:
            self._own_folder.cleanup()

    def __enter__(self) -> ScannerFarEnd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
