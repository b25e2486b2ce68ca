"""Drawing a sample nobody could choose and everybody can draw again; what may be found there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

MOST_DRAWN = 200
FINDINGS = (
    "no-signature",
    "one-hand",
    "wrong-points",
    "wrong-goods",
    "no-evidence",
    "stock-differs",
    "not-published",
    "other",
)
FIXED, NOT_FIXED = "fixed", "not-fixed"
OUTCOMES = (FIXED, NOT_FIXED)


def draw(seed: str, candidates: Iterable[str], size: int) -> tuple[str, ...]:
    """`size` of the candidates, or all where there are fewer, in the order they came.

    Those with the smallest SHA-256 over seed and name: the same seed and candidates give the same sample.
    """
    names = list(candidates)
    chosen = set(sorted(names, key=lambda name: hashlib.sha256(f"{seed}:{name}".encode()).digest())[:size])
    return tuple(name for name in names if name in chosen)
