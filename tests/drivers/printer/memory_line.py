"""A printer's wire without a system call: two byte queues in this process, for the far end and the driver."""

from __future__ import annotations

import threading
from collections.abc import Callable

from drivers.base import DeviceError

HELD_BYTES = 4096  # what the line holds before the printer takes it


class MemoryLine:
    """The printer's end, a `Line`; `connect` gives the driver's end."""

    address = "memory:"

    def __init__(self) -> None:
        self.changed = threading.Condition()
        self._plugged = False
        self._wire: MemoryWire | None = None

    def connect(self, address: str) -> MemoryWire:
        """As `open_wire`."""
        with self.changed:
            if not self._plugged:
                raise DeviceError(f"{address} nobody there", code="absent")
            self._wire = MemoryWire(self)
            return self._wire

    def plug_in(self) -> None:
        """Be there."""
        with self.changed:
            self._plugged = True

    def unplug(self) -> None:
        """Be gone."""
        with self.changed:
            self._plugged = False
        self.hang_up()

    def discard(self) -> None:
        """Be gone for good."""
        self.unplug()

    def hang_up(self) -> None:
        """End the connection."""
        with self.changed:
            if self._wire is not None:
                self._wire.hung_up = True
                self._wire = None
            self.changed.notify_all()

    def receive(self, most: int, timeout_s: float) -> tuple[bytes, Callable[[bytes], None]]:
        """Some bytes and how to answer."""
        with self.changed:
            if not self.changed.wait_for(lambda: self._wire is not None and self._wire.sent, timeout_s):
                return b"", lambda _: None
            wire = self._wire
            assert wire is not None
            data = bytes(wire.sent[:most])
            del wire.sent[:most]
            self.changed.notify_all()
            return data, wire.hear


class MemoryWire:
    """The driver's end: a `drivers.wire.Wire` by behaviour."""

    answers = True

    def __init__(self, line: MemoryLine) -> None:
        self.sent = bytearray()
        self.hung_up = False
        self._heard = bytearray()
        self._changed = line.changed

    def hear(self, data: bytes) -> None:
        """The printer answers."""
        with self._changed:
            self._heard += data
            self._changed.notify_all()

    def read(self, most: int, timeout_s: float) -> bytes:
        """As `Wire.read`."""
        with self._changed:
            self._changed.wait_for(lambda: self._heard or self.hung_up, timeout_s)
            if not self._heard and self.hung_up:
                raise DeviceError("memory: hung up", code="unplugged")
            data = bytes(self._heard[:most])
            del self._heard[:most]
            return data

    def write(self, data: bytes, timeout_s: float) -> None:
        """As `Wire.write`."""
        done = 0
        with self._changed:
            while done < len(data):
                self._changed.wait_for(lambda: self.hung_up or len(self.sent) < HELD_BYTES, timeout_s)
                room = HELD_BYTES - len(self.sent)
                if self.hung_up or room <= 0:
                    code = "unplugged" if self.hung_up else "stalled"
                    raise DeviceError(f"memory: {code}", code=code, written=done)
                self.sent += data[done : done + room]
                done = min(len(data), done + room)
                self._changed.notify_all()

    def flush(self, timeout_s: float) -> None:
        """As `Wire.flush`."""

    def close(self) -> None:
        """As `Wire.close`."""
        with self._changed:
            self.hung_up = True
