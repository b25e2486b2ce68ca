"""What simulated devices on a pty share: a plug to pull and put back, bytes to send; no device's protocol."""

from __future__ import annotations

import os
import random
import tempfile
import tty
from pathlib import Path
from types import TracebackType
from typing import Self

from drivers.wire import Wire

WRITE_TIMEOUT_S = 2.0


class PtyPlug:
    """Owns the master side of a pty; a symlink at `path` is the device file a driver opens.

    Unplugging takes the link away and hangs up; replugging gives a new pty under the same path, as udev does.
    """

    def __init__(self, path: Path | None, name: str) -> None:
        self._own_folder = None if path else tempfile.TemporaryDirectory(prefix=f"{name}-")
        self.path = path or Path(self._own_folder.name if self._own_folder else "") / name
        self.wire: Wire | None = None  # None while unplugged
        self._slave = -1
        self.replug()

    def unplug(self) -> None:
        """Pull the plug: the path is gone and an open driver sees a hang-up. May be called twice."""
        self.path.unlink(missing_ok=True)
        # First of all: told to stop amid this, `close` closes nothing twice.
        wire, self.wire = self.wire, None
        if wire is not None:
            os.close(self._slave)
            wire.close()

    def replug(self) -> None:
        """Put it back in; the old path leads to the new device. May be called twice."""
        if self.wire is not None:
            return
        master, self._slave = os.openpty()
        tty.setraw(self._slave)  # no echo before the driver has set the line
        os.set_blocking(master, False)
        self.wire = Wire(master, f"pty of {self.path}", lambda: os.close(master))
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.symlink_to(os.ttyname(self._slave))
        fresh.replace(self.path)

    def close(self) -> None:
        """Unplug for good and remove the folder made for the link."""
        self.unplug()
        if self._own_folder is not None:
            self._own_folder.cleanup()


class PtySender:
    """A device on a pty that only talks; unplugging and replugging as `PtyPlug` does."""

    def __init__(self, path: Path | None, name: str) -> None:
        self._plug = PtyPlug(path, name)
        self.path = self._plug.path
        self.unplug = self._plug.unplug
        self.replug = self._plug.replug
        self.close = self._plug.close

    @property
    def plugged(self) -> bool:
        """Whether the device is there."""
        return self._plug.wire is not None

    def send(self, data: bytes) -> None:
        """Put raw bytes on the wire; DeviceError "stalled" when nobody takes them. It must be plugged in."""
        assert self._plug.wire is not None, "the device is unplugged"
        self._plug.wire.write(data, WRITE_TIMEOUT_S)

    def garbage(self, count: int, *, seed: int = 1) -> bytes:
        """Send `count` random bytes, each value possible; returns them."""
        data = random.Random(seed).randbytes(count)  # noqa: S311 - noise, no secret
        self.send(data)
        return data

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
