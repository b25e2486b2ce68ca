"""Wakes the screen at once when the X server has sent something, a touch for example; reads none of it.

Kivy looks for touches once a tick and hands them on in the next: two waits, 33 ms at 60 ticks a second. A
thread that waits on the connection itself needs neither, and lets an idle screen tick seldom.
"""

from __future__ import annotations

import ctypes
import os
import select
import threading
from collections.abc import Callable
from typing import Any

from kivy.clock import Clock
from kivy.core.window import Window

REST_S = 1 / 60  # at most so many wakings, however fast a finger is dragged


class XWatch:
    """Watches from `start()` to `stop()`; both on the screen's thread."""

    def __init__(self, connection: int) -> None:
        self._connection = connection
        self._ended = threading.Event()
        self._end = os.eventfd(0)
        self._thread = threading.Thread(target=self._watch, name="x-watch", daemon=True)

    def start(self) -> None:
        """Wake the clock from now on."""
        Window.bind(on_mouse_down=_hand_on, on_mouse_up=_hand_on)
        self._thread.start()

    def stop(self) -> None:
        """Let the thread end."""
        Window.unbind(on_mouse_down=_hand_on, on_mouse_up=_hand_on)
        self._ended.set()
        os.eventfd_write(self._end, 1)
        self._thread.join()
        os.close(self._end)

    def _watch(self) -> None:
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        poll.register(self._end, select.POLLIN)
        while not self._ended.is_set():
            if any(state & ~select.POLLIN for _, state in poll.poll()):
                return  # the X server is gone, and the screen with it
            _wake()
            self._ended.wait(REST_S)


def watch() -> XWatch | None:
    """A watch on the window's X connection; None where the window is not X's."""
    connection = _connection(Window.get_window_info())
    return None if connection is None else XWatch(connection)


def _connection(info: Any) -> int | None:
    if type(info).__name__ != "WindowInfoX11":
        return None
    number: Callable[..., int] = ctypes.CDLL("libX11.so.6").XConnectionNumber
    number.argtypes = [ctypes.c_void_p]  # type: ignore[attr-defined]
    return number(info.display)


def _wake() -> None:
    Clock.schedule_once(_nothing, 0)


def _hand_on(*_touch: Any) -> None:
    _wake()  # what was read after this tick is handed on by the next


def _nothing(_dt: float) -> None:
    """A tick is all that is wanted."""
