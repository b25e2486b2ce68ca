"""Keeps what a supervisor publishes and lets a test wait for it."""

from __future__ import annotations

import threading
from collections.abc import Callable

from drivers.base import Health, Reading, Scan

WAIT_S = 15.0


class Recorder:
    """Keeps everything published and lets a test wait for it."""

    def __init__(self) -> None:
        self.events: list[Reading | Health] = []
        self._changed = threading.Condition()

    def __call__(self, event: Reading | Health) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    @property
    def scans(self) -> list[Scan]:
        return [event for event in self.events if isinstance(event, Scan)]

    @property
    def texts(self) -> list[str]:
        return [scan.text for scan in self.scans]

    def states(self, device: str) -> list[tuple[str, str]]:
        return [(e.state, e.detail) for e in self.events if isinstance(e, Health) and e.device == device]

    def wait(self, until: Callable[[], bool], timeout_s: float = WAIT_S) -> None:
        with self._changed:
            assert self._changed.wait_for(until, timeout_s), f"published so far: {self.events}"

    def wait_state(self, device: str, state: str) -> None:
        self.wait(lambda: bool(self.states(device)) and self.states(device)[-1][0] == state)
