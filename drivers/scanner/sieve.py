"""What lies between reading codes and passing them on: double reads, old codes and floods end here; pure."""

from __future__ import annotations

from collections import Counter, deque

from drivers.scanner.types import Code

WAITING_MAXIMUM = 512  # codes read but not asked for yet; later ones are dropped and counted
# A trigger still held reads the same code again within this time of its last reading. Nobody pulls it twice
# on purpose that fast (about 0.4 s at best), so two pieces of one good are both kept.
DOUBLE_READ_S = 0.25
STALE_S = 5.0  # older codes are from before something happened: nobody waits for them any more


class Sieve:
    """Codes in the order they were read, less those that must not count; `counts` says how many of which.

    "repeated" are double reads, "stale" those older than STALE_S when they were asked for, "dropped" those
    beyond WAITING_MAXIMUM. Times are of time.monotonic().
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._waiting: deque[tuple[Code, float]] = deque()
        self._last: Code | None = None
        self._last_at_s = 0.0

    def keep(self, code: Code, at_s: float) -> None:
        """Take one code that was read at that time."""
        double = code == self._last and at_s - self._last_at_s < DOUBLE_READ_S
        self._last, self._last_at_s = code, at_s
        if double:
            self.counts["repeated"] += 1
        elif len(self._waiting) >= WAITING_MAXIMUM:
            self.counts["dropped"] += 1
        else:
            self._waiting.append((code, at_s))

    def next(self, now_s: float) -> tuple[Code, float] | None:
        """The oldest code that waits and is not stale, with its time; None when there is none."""
        while self._waiting:
            code, at_s = self._waiting.popleft()
            if now_s - at_s <= STALE_S:
                return code, at_s
            self.counts["stale"] += 1
        return None
