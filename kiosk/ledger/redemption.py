"""What a basket costs and whether it may be redeemed; reads no tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kiosk.ledger.refusals import Refused

MOST_LINES = 40
Items = tuple[tuple[str, int], ...]  # (SKU, pieces), sorted by SKU, each SKU once


def tidy(items: Iterable[tuple[str, int]], most_pieces: int) -> Items:
    """The basket with each good once, in SKU order.

    Raises `Refused`: `empty-basket`, `absurd-quantity` (a quantity below 1 or above `most_pieces`).
    """
    counted: dict[str, int] = {}
    for sku, pieces in items:
        if not 1 <= pieces <= most_pieces:
            raise Refused("absurd-quantity", most=most_pieces)
        counted[sku] = counted.get(sku, 0) + pieces
    if not counted:
        raise Refused("empty-basket")
    if len(counted) > MOST_LINES or max(counted.values()) > most_pieces:
        raise Refused("absurd-quantity", most=most_pieces)
    return tuple(sorted(counted.items()))


def basket_of(body: Mapping[str, Any]) -> Items:
    """What a `redeem` entry handed out, in the form of `tidy`."""
    return tuple(sorted((line[0], line[1]) for line in body["lines"]))


def charged(body: Mapping[str, Any]) -> int:
    """Tenths that a `redeem` or `collect` entry took."""
    return int(body["charge"] if "charge" in body else body["amount"])


def give_back(parts: Sequence[Sequence[Any]], before: int, amount: int) -> list[list[Any]]:
    """`amount` out of (key, number) parts, the last taken first; `before` of them came back earlier.

    For the buckets and the lots of a redemption. The parts must hold `before` and `amount` together.
    """
    back: list[list[Any]] = []
    passed, left = before, amount
    for key, number in reversed(parts):
        there = max(0, number - passed)
        passed = max(0, passed - number)
        part = min(left, there)
        if part > 0:
            back.append([key, part])
            left -= part
    assert left == 0, "more came back than was taken"
    return back


def same_person(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two collectors are the same: by household card where both showed one, else by their name."""
    if one["card"] and other["card"]:
        return bool(one["card"] == other["card"])
    return bool(one["name"] == other["name"])


def same_request(body: Mapping[str, Any], household: str, items: Items) -> bool:
    """Whether a stored redemption is the very one asked for again."""
    return bool(body["hh"] == household) and basket_of(body) == items


def pieces_taken(bodies: Sequence[Mapping[str, Any]], sku: str) -> int:
    """Pieces of one good in several redemptions."""
    return sum(line[1] for body in bodies for line in body["lines"] if line[0] == sku)
