"""What every device shares: scan, health report, reader protocol and the one error; no device lives here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Symbology = Literal["QR", "CODE128", "EAN13", ""]
State = Literal["ok", "lost", "absent", "warning"]


class DeviceError(Exception):
    """A device cannot do its work; the text is for technicians and holds no data that was read.

    `code` is a short word that Health.detail and the screens can use ("unplugged", "stalled", "frozen",
    "absent", "bad-address"). `written` is the number of bytes a failed write had handed over before.
    """

    def __init__(self, text: str, *, code: str = "error", written: int = 0) -> None:
        super().__init__(text)
        self.code = code
        self.written = written


@dataclass(frozen=True, slots=True)
class Scan:
    """One code that somebody showed to a reader once."""

    source: str  # name of the reader
    symbology: Symbology  # "" when the reader does not say
    text: str  # printable, never empty
    at_s: float  # time.monotonic() when its last byte or frame arrived


@dataclass(frozen=True, slots=True)
class Health:
    """How a device does since when."""

    device: str  # name of the device
    kind: str  # "camera", "serial-scanner", "hid-scanner", "idcard", "printer", …
    state: State
    detail: str  # short code such as "unplugged", "paper-near-end", "rejected"; "" when all is well
    since_s: float  # time.monotonic()


class Reading(Protocol):
    """What a reader yields: a Scan, or what another kind of reader defines in its place."""

    @property
    def source(self) -> str:
        """Name of the reader."""

    @property
    def at_s(self) -> float:
        """time.monotonic() when its last byte or frame arrived."""


class Reader(Protocol):
    """A device that yields readings; opened, read and closed by one thread of the supervisor.

    It may also have `warning: str` (a Health detail while it works, but not well; "" otherwise),
    `counters() -> dict[str, int]` (what it rejected or dropped since it was made) and `cancel()`
    (from another thread: end an open() or read() that waits longer than its time-out).
    """

    name: str
    kind: str

    def open(self) -> None:
        """Connect; raises DeviceError when the device is not there."""

    def read(self, timeout_s: float) -> Reading | None:
        """Wait for the next reading, at most about timeout_s; raises DeviceError when the device is lost."""

    def close(self) -> None:
        """Let go of the device; may be called at any time after open(), and twice."""
