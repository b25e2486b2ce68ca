"""What a household earned and lost by rule and month: which entries count, and as what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

MOVED = "moved"  # the rule name of the honour score that comes or goes with a change of home


class Key(NamedTuple):
    """Where an entry is counted."""

    month: str
    household: str
    rule: str


def key(day: str, body: Mapping[str, Any]) -> Key:
    """Where an entry of business `day` is counted."""
    return Key(day[:7], body["hh"], body.get("rule", MOVED))


def change(kind: str, body: Mapping[str, Any]) -> tuple[int, int]:
    """(earned, deducted) in tenths that an entry adds; a reversal takes off what its original added, a
    correction a part of it: it is neither earned nor a deduction."""
    sign = -1 if kind == "reverse" else 1
    what = body["kind"] if kind == "reverse" else kind
    if body.get("was", what) != what:
        sign, what = -sign, body["was"]
    if what == "earn":
        return sign * int(body["amount"]), 0
    if what in ("deduct", "correct"):
        return 0, sign * int(body["amount"])
    honour = int(body.get("honour", 0))
    return (-honour if what == "move-out" else honour), 0
