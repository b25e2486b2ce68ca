"""What each device last said, in one small file beside the database; holds nothing that was read.

The running terminal writes it; technicians' commands read it while the devices are the terminal's own.
Losing it loses nothing.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec

from drivers.base import Health, Reading, Scan, State
from drivers.idcard.types import IdentityCard
from kiosk.ledger import cards

FILE = "devices.json"
READINGS_EVERY_S = 1.0  # a flood of codes must not become a flood of files

_log = logging.getLogger(__name__)


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """One device: its last report and its last reading, each with when (ms since 1970; 0 for never)."""

    kind: str = ""
    state: State | Literal[""] = ""
    detail: str = ""
    at_ms: int = 0
    reading: str = ""  # as `described`
    read_at_ms: int = 0


class Notes:
    """Passes events on and keeps what they say of devices; may be called from any thread."""

    def __init__(self, folder: Path, publish: Callable[[object], None]) -> None:
        self._path = folder / FILE
        self._publish = publish
        self._lock = threading.Lock()
        self._notes: dict[str, Note] = {}
        self._last_reading_s = 0.0
        self._write_failed = False

    def __call__(self, event: object) -> None:
        """Note the event if it is a device's, then publish it."""
        with self._lock:
            if self._noted(event):
                self._write()
        self._publish(event)

    def _noted(self, event: object) -> bool:
        now_ms = int(time.time() * 1000)
        if isinstance(event, Health):
            before = self._notes.get(event.device, Note())
            self._notes[event.device] = msgspec.structs.replace(
                before, kind=event.kind, state=event.state, detail=event.detail, at_ms=now_ms
            )
            return True
        if not isinstance(event, Scan | IdentityCard):
            return False
        before = self._notes.get(event.source, Note())
        self._notes[event.source] = msgspec.structs.replace(
            before, reading=described(event), read_at_ms=now_ms
        )
        due = time.monotonic() - self._last_reading_s >= READINGS_EVERY_S
        if due:
            self._last_reading_s = time.monotonic()
        return due

    def _write(self) -> None:
        draft = self._path.with_name(FILE + ".new")
        try:
            draft.write_bytes(msgspec.json.encode(self._notes))
            draft.replace(self._path)
        except OSError as error:
            if not self._write_failed:
                _log.warning("%s cannot be written: %s", FILE, error.strerror)
            self._write_failed = True


def load(folder: Path) -> dict[str, Note]:
    """The notes by device; none where there is no file, or one that was cut off."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, Note])
    except (OSError, msgspec.DecodeError):
        return {}


def described(reading: Reading) -> str:
    """What kind of thing was read, in words for technicians: no text, number or name."""
    if isinstance(reading, IdentityCard):
        return f"identity card ({reading.kind})"
    assert isinstance(reading, Scan)
    kind = cards.kind_of(reading.text)
    return f"{reading.symbology or 'code'}{f', {kind}' if kind else ''}, {len(reading.text)} characters"
