"""Telling other threads that something happened; knows no event's meaning.

Any thread publishes; the screen's thread drains and handles. Handlers never run on the publisher's thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock
from typing import TypeVar

E = TypeVar("E")
MAX_WAITING = 10_000


class Bus:
    """A bounded queue of events and the handlers of each event type."""

    def __init__(self, wake: Callable[[], None] = lambda: None) -> None:
        self._waiting: deque[object] = deque()
        self._handlers: dict[type, list[Callable[[object], None]]] = {}
        self._lock = Lock()
        self.wake = wake
        self.dropped = 0

    def publish(self, event: object) -> None:
        """Queue `event` from any thread. Beyond `MAX_WAITING` the newest is dropped and counted."""
        with self._lock:
            if len(self._waiting) >= MAX_WAITING:
                self.dropped += 1
                return
            self._waiting.append(event)
        self.wake()

    def subscribe(self, kind: type[E], handler: Callable[[E], None]) -> Callable[[], None]:
        """Call `handler` for each event of exactly this type; returns what takes the subscription back."""
        handlers = self._handlers.setdefault(kind, [])
        handlers.append(handler)  # type: ignore[arg-type]  # keyed by the very type it takes
        return lambda: handlers.remove(handler)  # type: ignore[arg-type]

    def drain(self, most: int = 200) -> int:
        """Handle up to `most` waiting events on the calling thread; returns how many were handled."""
        for count in range(most):
            with self._lock:
                if not self._waiting:
                    return count
                event = self._waiting.popleft()
            for handler in tuple(self._handlers.get(type(event), ())):
                handler(event)
        return most
