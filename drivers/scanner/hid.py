"""Reads a keyboard-wedge scanner from its input device file; what keys mean lives in keys.

The file is read, never a text field: a toolkit drops characters of a fast typist, and a code must not land
where somebody is writing.
"""

from __future__ import annotations

import errno
import fcntl
import os
import termios
import time
import tty
from collections.abc import Callable
from typing import Any

from drivers.base import DeviceError
from drivers.scanner.keys import KeyDecoder
from drivers.scanner.line import LineScanner
from drivers.scanner.types import Code
from drivers.wire import Wire

SCHEME = "hid:"
GAP_S = 0.1  # a scanner that sends no Enter pauses at least this long; a slow one takes 16 ms a key
# linux/input.h: _IOW('E', 0x90, int) gives the device to us alone, _IOW('E', 0xa0, int) chooses its clock.
EVIOCGRAB = 0x40044590
EVIOCSCLOCKID = 0x400445A0
STAMP_BELIEVED_S = 3600.0  # a stamp further off is of another clock, or none at all
_NO_INPUT_DEVICE = (errno.ENOTTY, errno.EINVAL, errno.ENOSYS)

Ioctl = Callable[[int, int, Any], object]


class HidScanner(LineScanner):
    """A Reader for USB scanners that type: "hid:/dev/points-scanner", a file of /dev/input.

    The device is grabbed, so that its keys reach nobody else. A code's time is that of its last key.
    """

    kind = "hid-scanner"

    def __init__(
        self,
        address: str,
        *,
        name: str = "scanner",
        gap_s: float = GAP_S,
        opener: Callable[[str], Wire] | None = None,
    ) -> None:
        super().__init__(address, name, gap_s, opener or self._open_file)
        self._keys = KeyDecoder()
        self._clock = time.monotonic
        self._last_key_s = 0.0

    def open(self) -> None:
        """Connect; half a code from before is forgotten. DeviceError "absent", "busy" or "bad-address"."""
        self._keys = KeyDecoder()
        super().open()

    def _open_file(self, address: str) -> Wire:
        scheme, _, path = address.partition(":")
        if scheme + ":" != SCHEME or not path:
            raise DeviceError(f"{address!r} is no hid: address", code="bad-address")
        try:
            fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError as error:
            raise DeviceError(f"{address}: {error.strerror}", code="absent") from error
        try:
            self._clock = time.monotonic if claim(fd, address) else time.time
        except DeviceError:
            os.close(fd)
            raise
        return Wire(fd, address, lambda: os.close(fd))

    def _pending(self) -> bool:
        return self._keys.pending or super()._pending()

    def _codes(self, data: bytes, now_s: float) -> list[tuple[Code, float]]:
        found = []
        for text, stamp_s in self._keys.feed(data):
            self._last_key_s = now_s - self._age_s(stamp_s)
            found += [(code, self._last_key_s) for code in self._framer.feed(text)]
        return found

    def _gap(self, now_s: float) -> list[tuple[Code, float]]:
        spoilt = self._keys.gap()
        if spoilt:
            self._last_key_s = now_s
        self._framer.feed(spoilt)
        return [(code, self._last_key_s) for code in self._framer.gap()]

    def _age_s(self, stamp_s: float) -> float:
        """How long ago a key was pressed; 0 where its stamp says nothing of use."""
        age_s = self._clock() - stamp_s
        return age_s if 0 <= age_s <= STAMP_BELIEVED_S else 0.0


def claim(fd: int, address: str, ioctl: Ioctl = fcntl.ioctl) -> bool:
    """Have an input device to ourselves, stamped by the monotonic clock; False when it is none, as a pty.

    Raises DeviceError "busy" when another program has it.
    """
    try:
        ioctl(fd, EVIOCGRAB, 1)
    except OSError as error:
        if error.errno not in _NO_INPUT_DEVICE:
            raise DeviceError(f"{address}: not ours alone: {error.strerror}", code="busy") from error
        if os.isatty(fd):
            tty.setraw(fd, termios.TCSANOW)  # a stand-in must pass on every byte, also those that wait
        return False
    ioctl(fd, EVIOCSCLOCKID, time.CLOCK_MONOTONIC.to_bytes(4, "little"))
    return True
