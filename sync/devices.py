"""What the county is told of a terminal's devices: the state each last reported, once, never what it read."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kiosk import device_notes
from sync.protocol import MAX_DEVICES, Device


class Devices:
    """Remembers what the county knows already; a terminal just started tells everything once."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._told: dict[str, Device] = {}

    def news(self) -> list[Device]:
        """The devices whose last report the county has not heard of."""
        now = [
            Device(name, note.kind, note.state, note.detail, note.at_ms)
            for name, note in device_notes.load(self._data_dir).items()
            if note.state != ""
        ]
        return [one for one in now if self._told.get(one.name) != one][:MAX_DEVICES]

    def told(self, devices: Iterable[Device]) -> None:
        """The county has answered the message with these."""
        self._told |= {one.name: one for one in devices}
