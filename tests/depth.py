"""How deep a test goes: a sample in `make test`, everything in `make faults` (KIOSK_FAULTS=all)."""

from __future__ import annotations

import os

ALL = os.environ.get("KIOSK_FAULTS") == "all"


def often(sample: int, whole: int) -> int:
    """How many times, histories or inputs are tried."""
    return whole if ALL else sample
