"""How each entry kind moves goods, and which lot goes out first; not where lots are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple


class Move(NamedTuple):
    """`pieces` of one lot onto (positive) or off (negative) the shelf."""

    sku: str
    lot: str
    pieces: int


class Lot(NamedTuple):
    """What is left of one delivery; `best_before` is a day or "" where the good keeps."""

    lot: str
    best_before: str
    pieces: int


def moves(kind: str, body: Mapping[str, Any]) -> tuple[Move, ...]:
    """What an entry does to the shelf; empty for kinds that move no goods.

    Raises `KeyError`, `TypeError` or `ValueError` on a body that is not of its kind's form.
    """
    rule = _RULES.get(kind)
    return tuple(rule(body)) if rule else ()


def pick(lots: Iterable[Lot], pieces: int) -> tuple[tuple[str, int], ...]:
    """(lot, pieces) to hand out: soonest best-before first, goods that keep last.

    The lots must hold enough.
    """
    picked: list[tuple[str, int]] = []
    left = pieces
    for lot in sorted(lots, key=lambda one: (one.best_before == "", one.best_before, one.lot)):
        part = min(left, lot.pieces)
        if part > 0:
            picked.append((lot.lot, part))
            left -= part
    assert left == 0, "the lots do not hold the pieces"
    return tuple(picked)


def _receive(body: Mapping[str, Any]) -> list[Move]:
    return [Move(body["sku"], body["lot"], body["qty"])]


def _lines(body: Mapping[str, Any], sign: int) -> list[Move]:
    return [
        Move(sku, lot, sign * pieces) for sku, _qty, _price, lots in body["lines"] for lot, pieces in lots
    ]


_RULES: dict[str, Callable[[Mapping[str, Any]], list[Move]]] = {
    "stock-receive": _receive,
    "redeem": lambda body: _lines(body, -1),
    "void": lambda body: _lines(body, 1),
}
