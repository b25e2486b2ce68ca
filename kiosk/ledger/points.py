"""Pots and postings, which points are spent first, and the honour score; not what each entry kind posts.

Signs: every posting moves `tenths` into a pot; the postings of one entry sum to zero. `issued` and `owed`
run negative, so at any time, per household and over all:
issued = available + saved + held − owed + spent + deducted + expired + away (with issued, owed as amounts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

AVAILABLE, SAVED, HELD, OWED = "available", "saved", "held", "owed"
ISSUED, SPENT, DEDUCTED, EXPIRED, AWAY = "issued", "spent", "deducted", "expired", "away"
HOUSEHOLD_POTS = (AVAILABLE, SAVED, HELD, OWED)
HOUSE_POTS = (ISSUED, SPENT, DEDUCTED, EXPIRED, AWAY)

NEVER = ""  # the bucket of points that do not end
Bucket = tuple[str, int]  # (day the points end or NEVER, tenths)


class Posting(NamedTuple):
    """`tenths` into one pot of one household; `expires` names the bucket of `available`."""

    household: str
    pot: str
    expires: str
    tenths: int


def take(buckets: Iterable[Bucket], amount_tenths: int) -> tuple[Bucket, ...]:
    """`amount_tenths` out of `buckets`, soonest-ending points first, endless ones last.

    The buckets must hold enough.
    """
    taken: list[Bucket] = []
    left = amount_tenths
    for expires, tenths in sorted(buckets, key=lambda bucket: (bucket[0] == NEVER, bucket[0])):
        part = min(left, tenths)
        if part > 0:
            taken.append((expires, part))
            left -= part
    assert left == 0, "the buckets do not hold the amount"
    return tuple(taken)


def left(buckets: Iterable[Bucket], taken: Iterable[Bucket]) -> tuple[Bucket, ...]:
    """What is in `buckets` once `taken` is out; emptied ones are gone."""
    out = dict(taken)
    rest = ((expires, tenths - out.get(expires, 0)) for expires, tenths in buckets)
    return tuple(bucket for bucket in rest if bucket[1])


def split_repaid(amount_tenths: int, owed_tenths: int) -> int:
    """How much of newly earned points repays what is owed first."""
    return min(amount_tenths, owed_tenths)


def honour_change(kind: str, body: Mapping[str, Any]) -> int:
    """Tenths by which an entry changes the honour score: earned and deducted points, never spending.

    A change of home takes the score along.
    """
    if kind == "earn":
        return int(body["amount"])
    if kind in ("deduct", "correct"):
        return -int(body["amount"])
    if kind == "reverse":
        return -honour_change(body["kind"], body)
    if kind == "move-out":
        return -int(body.get("honour", 0))
    if kind in ("move-in", "move-back"):
        return int(body.get("honour", 0))
    return 0
