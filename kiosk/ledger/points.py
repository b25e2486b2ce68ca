"""How each entry kind moves points between pots, and which points are spent first; not where pots are kept.

Signs: every posting moves `tenths` into a pot; the postings of one entry sum to zero. `issued` and `owed`
run negative, so at any time, per household and over all:
issued = available + saved + held − owed + spent + deducted + expired + away (with issued, owed as amounts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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


def postings(kind: str, body: Mapping[str, Any]) -> tuple[Posting, ...]:
    """What an entry of `kind` with `body` does to pots; empty for kinds that move no points.

    Raises `KeyError`, `TypeError` or `ValueError` on a body that is not of its kind's form.
    """
    rule = _RULES.get(kind)
    if rule is None:
        return ()
    moved = tuple(posting for posting in rule(body) if posting.tenths)
    if sum(posting.tenths for posting in moved):
        raise ValueError(f"{kind}: postings do not sum to zero")
    return moved


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
    """Tenths by which an entry changes the honour score: earned and deducted points, never spending."""
    if kind == "earn":
        return int(body["amount"])
    if kind == "deduct":
        return -int(body["amount"])
    if kind == "reverse":
        return -honour_change(body["kind"], body)
    return 0


def _earn(body: Mapping[str, Any]) -> list[Posting]:
    household, amount, repaid = body["hh"], body["amount"], body["repaid"]
    return [
        Posting(household, ISSUED, NEVER, -amount),
        Posting(household, OWED, NEVER, repaid),
        Posting(household, AVAILABLE, body["expires"], amount - repaid),
    ]


def _deduct(body: Mapping[str, Any]) -> list[Posting]:
    household = body["hh"]
    return [
        *_buckets(household, body["from"], -1),
        Posting(household, OWED, NEVER, -body["owed"]),
        Posting(household, DEDUCTED, NEVER, body["amount"]),
    ]


def _redeem(body: Mapping[str, Any]) -> list[Posting]:
    household = body["hh"]
    return [*_buckets(household, body["from"], -1), Posting(household, SPENT, NEVER, body["charge"])]


def _void(body: Mapping[str, Any]) -> list[Posting]:
    household, back = body["hh"], body["to"]
    return [
        *_buckets(household, back, 1),
        Posting(household, SPENT, NEVER, -sum(tenths for _, tenths in back)),
    ]


def _reverse(body: Mapping[str, Any]) -> list[Posting]:
    household, amount = body["hh"], body["amount"]
    if body["kind"] == "earn":
        return [
            *_buckets(household, body["from"], -1),
            Posting(household, OWED, NEVER, -body["owed"]),
            Posting(household, ISSUED, NEVER, amount),
        ]
    if body["kind"] == "deduct":
        return [
            *_buckets(household, body["to"], 1),
            Posting(household, OWED, NEVER, body["repaid"]),
            Posting(household, DEDUCTED, NEVER, -amount),
        ]
    raise ValueError("reverse: only earn and deduct are reversed, a redemption is voided")


def _borrow(body: Mapping[str, Any]) -> list[Posting]:
    household, amount = body["hh"], body["amount"]
    return [
        Posting(household, AVAILABLE, body["expires"], amount),
        Posting(household, OWED, NEVER, -amount),
    ]


def _repay(body: Mapping[str, Any]) -> list[Posting]:
    household = body["hh"]
    return [*_buckets(household, body["from"], -1), Posting(household, OWED, NEVER, body["amount"])]


def _save(body: Mapping[str, Any]) -> list[Posting]:
    household = body["hh"]
    return [*_buckets(household, body["from"], -1), Posting(household, SAVED, NEVER, body["amount"])]


def _unsave(body: Mapping[str, Any]) -> list[Posting]:
    household, amount = body["hh"], body["amount"]
    return [
        Posting(household, SAVED, NEVER, -amount),
        Posting(household, AVAILABLE, body["expires"], amount),
    ]


def _expire(body: Mapping[str, Any]) -> list[Posting]:
    household = body["hh"]
    return [
        *_buckets(household, body["from"], -1),
        Posting(household, SAVED, NEVER, body["saved"]),
        Posting(household, EXPIRED, NEVER, body["expired"]),
    ]


def _buckets(household: str, buckets: Sequence[Sequence[Any]], sign: int) -> list[Posting]:
    return [Posting(household, AVAILABLE, expires, sign * tenths) for expires, tenths in buckets]


_RULES: dict[str, Callable[[Mapping[str, Any]], list[Posting]]] = {
    "earn": _earn,
    "deduct": _deduct,
    "redeem": _redeem,
    "void": _void,
    "reverse": _reverse,
    "borrow": _borrow,
    "repay": _repay,
    "save": _save,
    "unsave": _unsave,
    "expire": _expire,
}
