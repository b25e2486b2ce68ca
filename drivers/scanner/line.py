"""What hand scanners on a line share: waiting, gaps, counting; how bytes become codes is each one's own."""

from __future__ import annotations

import time
from collections.abc import Callable

from drivers.base import DeviceError, Scan
from drivers.scanner.framing import Framer
from drivers.scanner.sieve import Sieve
from drivers.scanner.types import Code
from drivers.wire import Wire

READ_BYTES = (
    1024  # holds 512 codes at most: no more than the sieve lets wait, so a flood backs up on the line
)
REJECTED_SHOWN_S = 3.0  # how long a rejected code stays visible as a warning


class LineScanner:
    """A Reader over any wire; keeps codes that follow each other at once. A driver names its `kind`."""

    kind = ""

    def __init__(self, address: str, name: str, gap_s: float, opener: Callable[[str], Wire]) -> None:
        self.name = name
        self._address = address
        self._gap_s = gap_s
        self._opener = opener
        self._wire: Wire | None = None
        self._framer = Framer()
        self._sieve = Sieve()
        self._rejected_at_s = float("-inf")

    @property
    def warning(self) -> str:
        """ "rejected" shortly after something came that was no code, else ""."""
        return "rejected" if time.monotonic() - self._rejected_at_s < REJECTED_SHOWN_S else ""

    def counters(self) -> dict[str, int]:
        """Codes rejected, by reason, and what the sieve held back: "repeated", "stale", "dropped"."""
        found = {f"rejected:{why}": count for why, count in self._framer.rejected.items()}
        return found | dict(self._sieve.counts)

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
        while (found := self._sieve.next(time.monotonic())) is None:
            pending = self._pending()
            left_s = max(0.0, deadline - time.monotonic())
            data = self._wire.read(READ_BYTES, self._gap_s if pending else left_s)
            if not data and not pending:
                return None
            now_s = time.monotonic()
            self._take(data, now_s)
            if data and now_s > deadline:  # a line that never falls silent must not hold the thread
                found = self._sieve.next(now_s)
                break
        if found is None:
            return None
        code, at_s = found
        return Scan(self.name, code.symbology, code.text, at_s)

    def close(self) -> None:
        """Let go of the line; codes already read stay for the next read after open()."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None

    def _take(self, data: bytes, now_s: float) -> None:
        """What came, or b"" for a gap."""
        rejected = self._framer.rejected.total()
        for code, at_s in self._codes(data, now_s) if data else self._gap(now_s):
            self._sieve.keep(code, at_s)
        if self._framer.rejected.total() != rejected:
            self._rejected_at_s = now_s

    def _pending(self) -> bool:
        """Whether a code was begun; the next silence of one gap ends it."""
        return self._framer.pending

    def _codes(self, data: bytes, now_s: float) -> list[tuple[Code, float]]:
        """The codes that these bytes complete, each with the time it was read."""
        return [(code, now_s) for code in self._framer.feed(data)]

    def _gap(self, now_s: float) -> list[tuple[Code, float]]:
        """What a silence completes."""
        return [(code, now_s) for code in self._framer.gap()]
