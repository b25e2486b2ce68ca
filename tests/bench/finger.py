"""A finger on an X display that knows when it touched: XTest events from this process, no program started."""

from __future__ import annotations

import ctypes
import time
from types import TracebackType


class Finger:
    """Presses and lifts at a place of `display` (":99"). Use as a context manager."""

    def __init__(self, display: str) -> None:
        self._x11, self._xtst = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
        self._x11.XOpenDisplay.restype = ctypes.c_void_p
        for call in (self._x11.XFlush, self._x11.XCloseDisplay):
            call.argtypes = (ctypes.c_void_p,)
        self._xtst.XTestFakeMotionEvent.argtypes = (ctypes.c_void_p, *[ctypes.c_int] * 3, ctypes.c_ulong)
        self._xtst.XTestFakeButtonEvent.argtypes = (
            ctypes.c_void_p,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_ulong,
        )
        self._display = self._x11.XOpenDisplay(display.encode())
        assert self._display, f"no display {display}"

    def __enter__(self) -> Finger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._x11.XCloseDisplay(self._display)

    def press(self, x: int, y: int) -> float:
        """Touch; returns when (monotonic seconds)."""
        self._xtst.XTestFakeMotionEvent(self._display, -1, x, y, 0)
        return self._button(down=True)

    def lift(self) -> float:
        """Let go; returns when."""
        return self._button(down=False)

    def _button(self, *, down: bool) -> float:
        self._xtst.XTestFakeButtonEvent(self._display, 1, int(down), 0)
        at_s = time.monotonic()
        self._x11.XFlush(self._display)
        return at_s
