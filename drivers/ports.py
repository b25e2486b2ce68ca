"""Which ports this machine has that a device could be at; opens none of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

DEV = Path("/dev")
# pattern under /dev, which devices come there, how an address names it; lasting names go first
_PATTERNS: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("points-scanner*", ("scanner",), "serial:{path}"),
    ("points-idcard*", ("idcard",), "serial:{path}"),
    ("points-printer*", ("printer",), "file:{path}"),
    ("points-camera*", ("camera",), "{path}"),
    ("input/by-id/*-event-kbd", ("scanner",), "hid:{path}"),
    ("serial/by-id/*", ("scanner", "idcard"), "serial:{path}"),
    ("ttyUSB*", ("scanner", "idcard"), "serial:{path}"),
    ("ttyACM*", ("scanner", "idcard"), "serial:{path}"),
    ("usb/lp*", ("printer",), "file:{path}"),
    ("v4l/by-id/*", ("camera",), "{path}"),
    ("video*", ("camera",), "{path}"),
)


class Port(NamedTuple):
    """One port and what may be there."""

    path: str
    devices: tuple[str, ...]  # tables of the configuration
    address: str  # as the configuration would name it


def found(dev: Path = DEV) -> Iterator[Port]:
    """The ports that are there now, those with lasting names first."""
    for pattern, devices, form in _PATTERNS:
        for path in sorted(dev.glob(pattern)):
            types = path.resolve().parent.name == "input"  # a scanner that types has the same name
            yield Port(str(path), devices, ("hid:{path}" if types else form).format(path=path))
