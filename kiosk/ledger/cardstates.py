"""How a card's state may change: forward only, so that whoever hears of a loss last hears the same."""

from __future__ import annotations

ACTIVE, LOST, REVOKED = "active", "lost", "revoked"
_ORDER = (ACTIVE, LOST, REVOKED)

LOCAL_SERIALS_FROM = 10_001  # what a terminal issues; the county stays below
MOST_SERIAL = 99_999


def later(known: str | None, told: str) -> str:
    """The state that counts when `told` arrives and `known` is there: a lost card never counts again.

    Whoever finds a lost card gets a new one; the household keeps everything.
    """
    if known is None or told not in _ORDER or known not in _ORDER:
        return told
    return max(known, told, key=_ORDER.index)
