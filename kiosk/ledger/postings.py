"""What each entry kind moves between pots: one small function a kind; not which entry may be written.

`buckets` in a body are pairs of (last day, tenths) out of or into `available`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kiosk.ledger.points import (
    AVAILABLE,
    AWAY,
    DEDUCTED,
    EXPIRED,
    HELD,
    ISSUED,
    NEVER,
    OWED,
    SAVED,
    SPENT,
    Posting,
)

Body = Mapping[str, Any]


def postings(kind: str, body: Body) -> tuple[Posting, ...]:
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


def _earn(body: Body) -> list[Posting]:
    household, amount, repaid = body["hh"], body["amount"], body["repaid"]
    return [
        Posting(household, ISSUED, NEVER, -amount),
        Posting(household, OWED, NEVER, repaid),
        Posting(household, AVAILABLE, body["expires"], amount - repaid),
    ]


def _deduct(body: Body) -> list[Posting]:
    """Also `correct`: what is available, the rest becomes owed."""
    household = body["hh"]
    return [
        *_out(household, body["from"]),
        Posting(household, OWED, NEVER, -body["owed"]),
        Posting(household, DEDUCTED, NEVER, body["amount"]),
    ]


def _redeem(body: Body) -> list[Posting]:
    household = body["hh"]
    return [*_out(household, body["from"]), Posting(household, SPENT, NEVER, body["charge"])]


def _void(body: Body) -> list[Posting]:
    """Also `return`: what was spent comes back."""
    household, back = body["hh"], body["to"]
    return [*_in(household, back), Posting(household, SPENT, NEVER, -_sum(back))]


def _reverse(body: Body) -> list[Posting]:
    household, amount = body["hh"], body["amount"]
    if body["kind"] == "earn":
        return [
            *_out(household, body["from"]),
            Posting(household, OWED, NEVER, -body["owed"]),
            Posting(household, ISSUED, NEVER, amount),
        ]
    if body["kind"] in ("deduct", "correct"):
        return [
            *_in(household, body["to"]),
            Posting(household, OWED, NEVER, body["repaid"]),
            Posting(household, DEDUCTED, NEVER, -amount),
        ]
    raise ValueError("reverse: only what was earned or deducted is reversed, a redemption is voided")


def _borrow(body: Body) -> list[Posting]:
    household, amount = body["hh"], body["amount"]
    return [
        Posting(household, AVAILABLE, body["expires"], amount),
        Posting(household, OWED, NEVER, -amount),
    ]


def _repay(body: Body) -> list[Posting]:
    household = body["hh"]
    return [*_out(household, body["from"]), Posting(household, OWED, NEVER, body["amount"])]


def _save(body: Body) -> list[Posting]:
    household = body["hh"]
    return [*_out(household, body["from"]), Posting(household, SAVED, NEVER, body["amount"])]


def _unsave(body: Body) -> list[Posting]:
    household, amount = body["hh"], body["amount"]
    return [
        Posting(household, SAVED, NEVER, -amount),
        Posting(household, AVAILABLE, body["expires"], amount),
    ]


def _expire(body: Body) -> list[Posting]:
    household = body["hh"]
    return [
        *_out(household, body["from"]),
        Posting(household, SAVED, NEVER, body["saved"]),
        Posting(household, EXPIRED, NEVER, body["expired"]),
    ]


def _hold(body: Body) -> list[Posting]:
    household = body["hh"]
    return [*_out(household, body["from"]), Posting(household, HELD, NEVER, body["amount"])]


def _collect(body: Body) -> list[Posting]:
    """Also `void-deny`: what was held is spent after all."""
    household = body["hh"]
    return [
        Posting(household, HELD, NEVER, -body["amount"]),
        Posting(household, SPENT, NEVER, body["amount"]),
    ]


def _release(body: Body) -> list[Posting]:
    """Also `void-grant`: what was held goes back to its buckets."""
    household, back = body["hh"], body["to"]
    return [Posting(household, HELD, NEVER, -_sum(back)), *_in(household, back)]


def _void_ask(body: Body) -> list[Posting]:
    household = body["hh"]
    return [
        Posting(household, SPENT, NEVER, -body["amount"]),
        Posting(household, HELD, NEVER, body["amount"]),
    ]


def _move_out(body: Body) -> list[Posting]:
    household, saved, owed = body["hh"], body.get("saved", 0), body.get("owed", 0)
    return [
        *_out(household, body["from"]),
        Posting(household, SAVED, NEVER, -saved),
        Posting(household, OWED, NEVER, owed),
        Posting(household, AWAY, NEVER, _sum(body["from"]) + saved - owed),
    ]


def _move_in(body: Body) -> list[Posting]:
    """Also `move-back`: the whole of a `move-out`, buckets included."""
    household, saved, owed = body["hh"], body.get("saved", 0), body.get("owed", 0)
    return [
        Posting(household, AWAY, NEVER, -(_sum(body["to"]) + saved - owed)),
        *_in(household, body["to"]),
        Posting(household, SAVED, NEVER, saved),
        Posting(household, OWED, NEVER, -owed),
    ]


def _out(household: str, buckets: Sequence[Sequence[Any]]) -> list[Posting]:
    return [Posting(household, AVAILABLE, expires, -tenths) for expires, tenths in buckets]


def _in(household: str, buckets: Sequence[Sequence[Any]]) -> list[Posting]:
    return [Posting(household, AVAILABLE, expires, tenths) for expires, tenths in buckets]


def _sum(buckets: Sequence[Sequence[Any]]) -> int:
    return sum(tenths for _, tenths in buckets)


_RULES: dict[str, Callable[[Body], list[Posting]]] = {
    "earn": _earn,
    "deduct": _deduct,
    "correct": _deduct,
    "reverse": _reverse,
    "borrow": _borrow,
    "repay": _repay,
    "save": _save,
    "unsave": _unsave,
    "expire": _expire,
    "hold": _hold,
    "collect": _collect,
    "release": _release,
    "redeem": _redeem,
    "void": _void,
    "void-ask": _void_ask,
    "void-grant": _release,
    "void-deny": _collect,
    "return": _void,
    "move-out": _move_out,
    "move-in": _move_in,
    "move-back": _move_in,
}
POINT_KINDS = frozenset(_RULES)  # kinds that move points
