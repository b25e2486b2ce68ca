"""Reads a hand scanner on a serial line (or behind tcp://); the cutting into codes lives in framing."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from drivers.base import DeviceError, Scan
from drivers.scanner.framing import GAP_S, Framer
from drivers.scanner.types import Code
from drivers.wire import Wire, open_wire

WAITING_MAXIMUM = 512  # codes read but not asked for yet; later ones are dropped and counted
READ_BYTES = 4096
REJECTED_SHOWN_S = 3.0  # how long a rejected code stays visible as a warning


class SerialScanner:
    """A Reader over any wire; keeps codes that follow each other at once."""

    kind = "serial-scanner"

    def __init__(
        self,
        address: str,
        *,
        name: str = "scanner",
        gap_s: float = GAP_S,
        opener: Callable[[str], Wire] = open_wire,
    ) -> None:
        self.name = name
        self._address = address
        self._gap_s = gap_s
        self._opener = opener
        self._wire: Wire | None = None
        self._framer = Framer()
        self._waiting: deque[tuple[Code, float]] = deque()
        self._dropped = 0
        self._rejected_at_s = float("-inf")

    @property
    def warning(self) -> str:
        """ "rejected" shortly after something came that was no code, else ""."""
        return "rejected" if time.monotonic() - self._rejected_at_s < REJECTED_SHOWN_S else ""

    def counters(self) -> dict[str, int]:
        """Codes rejected, by reason, and codes dropped because nobody took them."""
        found = {f"rejected:{why}": count for why, count in self._framer.rejected.items()}
        return found | {"dropped": self._dropped}

    def open(self) -> None:
        """Connect; half a code from before is forgotten."""
        rejected = self._framer.rejected
        self._framer = Framer()
        self._framer.rejected = rejected
        self._wire = self._opener(self._address)

    def read(self, timeout_s: float) -> Scan | None:
        """The next code, or None after timeout_s (plus one gap); DeviceError when the line is lost."""
        if self._wire is None:
            raise DeviceError(f"{self._address}: not open", code="closed")
        deadline = time.monotonic() + timeout_s
        arrived_s = time.monotonic()
        while not self._waiting:
            left_s = deadline - time.monotonic()
            if left_s <= 0 and not self._framer.pending:
                return None
            rejected = self._framer.rejected.total()
            data = self._wire.read(READ_BYTES, self._gap_s if self._framer.pending else left_s)
            if data:
                arrived_s = time.monotonic()
                self._keep(self._framer.feed(data), arrived_s)
            elif self._framer.pending:
                self._keep(self._framer.gap(), arrived_s)
            if self._framer.rejected.total() != rejected:
                self._rejected_at_s = time.monotonic()
            if time.monotonic() > deadline and not self._waiting and data:
                return None  # a line that never falls silent must not hold the thread
        code, at_s = self._waiting.popleft()
        return Scan(self.name, code.symbology, code.text, at_s)

    def close(self) -> None:
        """Let go of the line; codes already read stay for the next read after open()."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _keep(self, codes: list[Code], at_s: float) -> None:
        free = WAITING_MAXIMUM - len(self._waiting)
        self._waiting.extend((code, at_s) for code in codes[:free])
        self._dropped += max(0, len(codes) - free)
