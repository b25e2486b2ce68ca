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


def charge(lines: Iterable[tuple[int, int]]) -> int:
    """Tenths for (pieces, price) lines."""
    return sum(pieces * price_tenths for pieces, price_tenths in lines)


def same_request(body: Mapping[str, Any], household: str, items: Items) -> bool:
    """Whether a stored redemption is the very one asked for again."""
    return bool(body["hh"] == household) and basket_of(body) == items


def pieces_taken(bodies: Sequence[Mapping[str, Any]], sku: str) -> int:
    """Pieces of one good in several redemptions."""
    return sum(line[1] for body in bodies for line in body["lines"] if line[0] == sku)
