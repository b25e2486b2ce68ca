"""Memory shared by the camera's process and ours: the pulse of the camera and the newest small picture."""

from __future__ import annotations

import mmap
import os
import struct
from typing import NamedTuple

PREVIEW_WIDTH_MAXIMUM = 480
PREVIEW_HEIGHT_MAXIMUM = 480
_SLOT_BYTES = PREVIEW_WIDTH_MAXIMUM * PREVIEW_HEIGHT_MAXIMUM * 3
# Each field is written by one process alone, in one aligned store; nothing reads two that must agree.
_SERIAL = struct.Struct("<Q")  # pictures written so far; the newest lies in slot serial % 2
_SIZE = struct.Struct("<II")  # width and height of one slot's picture
_TIME = struct.Struct("<d")  # time.monotonic() is one clock for all processes of a machine
_AT_SERIAL, _AT_FIRST, _AT_FRAME, _AT_CHANGE, _AT_ZBAR, _AT_SIZES = 0, 8, 16, 24, 32, 40
_HEADER_BYTES = 64


class Preview(NamedTuple):
    """A small picture of what the camera sees; rows from the top, three bytes (RGB) a pixel."""

    rgb: bytearray  # the same buffer every time: copy it or be done with it before asking again
    width: int
    height: int
    serial: int  # counts pictures; unchanged means no new one has come


class Window:
    """One side's view of the shared memory; `fd` is a memfd that the other process inherits."""

    def __init__(self, fd: int | None = None) -> None:
        self.fd = os.memfd_create("camera") if fd is None else fd
        if fd is None:
            os.ftruncate(self.fd, _HEADER_BYTES + 2 * _SLOT_BYTES)
        self._memory = mmap.mmap(self.fd, _HEADER_BYTES + 2 * _SLOT_BYTES)
        self._buffer = bytearray()

    def beat(self, now_s: float, *, changed: bool) -> None:
        """A frame came; `changed` unless every pixel looked at is the same as in the one before."""
        if not self.first_at_s:
            _TIME.pack_into(self._memory, _AT_FIRST, now_s)
        _TIME.pack_into(self._memory, _AT_FRAME, now_s)
        if changed:
            _TIME.pack_into(self._memory, _AT_CHANGE, now_s)

    @property
    def first_at_s(self) -> float:
        """When the first frame came, time.monotonic(); 0 before."""
        return float(_TIME.unpack_from(self._memory, _AT_FIRST)[0])

    @property
    def frame_at_s(self) -> float:
        """When the last frame came, time.monotonic(); 0 before the first."""
        return float(_TIME.unpack_from(self._memory, _AT_FRAME)[0])

    @property
    def change_at_s(self) -> float:
        """When a frame last differed from the one before it, time.monotonic(); 0 before that."""
        return float(_TIME.unpack_from(self._memory, _AT_CHANGE)[0])

    @property
    def in_zbar(self) -> bool:
        """Whether zbar is running just now: who dies meanwhile died of it."""
        return self._memory[_AT_ZBAR] == 1

    @in_zbar.setter
    def in_zbar(self, running: bool) -> None:
        self._memory[_AT_ZBAR] = int(running)

    def show(self, rgb: bytes | memoryview, width: int, height: int) -> None:
        """Put up a new picture of at most the maximum size."""
        assert len(rgb) == width * height * 3 <= _SLOT_BYTES
        serial = _SERIAL.unpack_from(self._memory, _AT_SERIAL)[0] + 1
        slot = serial % 2
        start = _HEADER_BYTES + slot * _SLOT_BYTES
        self._memory[start : start + len(rgb)] = bytes(rgb)
        _SIZE.pack_into(self._memory, _AT_SIZES + slot * _SIZE.size, width, height)
        _SERIAL.pack_into(self._memory, _AT_SERIAL, serial)  # last: now it counts

    def newest(self) -> Preview | None:
        """The newest whole picture, None before the first."""
        for _ in range(3):  # a picture written over while it was copied is copied anew
            serial = _SERIAL.unpack_from(self._memory, _AT_SERIAL)[0]
            if serial == 0:
                return None
            slot = serial % 2
            width, height = _SIZE.unpack_from(self._memory, _AT_SIZES + slot * _SIZE.size)
            start, length = _HEADER_BYTES + slot * _SLOT_BYTES, width * height * 3
            if len(self._buffer) != length:
                self._buffer = bytearray(length)
            with memoryview(self._memory) as view:
                self._buffer[:] = view[start : start + length]
            # Were there a newer one, this slot might be written to already.
            if _SERIAL.unpack_from(self._memory, _AT_SERIAL)[0] == serial:
                return Preview(self._buffer, width, height, serial)
        return None

    def close(self) -> None:
        """Let go of the memory; it is freed when both sides have."""
        self._memory.close()
        os.close(self.fd)
