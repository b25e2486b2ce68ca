"""How each entry kind moves goods, and which lot goes out first; not where lots are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Body = Mapping[str, Any]


SHELF, HELD = "shelf", "held"


class Move(NamedTuple):
    """`pieces` of one lot onto (positive) or off (negative) the shelf, or what is set aside for somebody."""

    sku: str
    lot: str
    place: str
    pieces: int


class Facts(NamedTuple):
    """What a new lot brings along."""

    best_before: str  # "" where the good keeps
    fund: str


class Lot(NamedTuple):
    """What is left of one delivery; `best_before` is a day or "" where the good keeps."""

    lot: str
    best_before: str
    pieces: int


def moves(kind: str, body: Body) -> tuple[Move, ...]:
    """What an entry does to the shelf; empty for kinds that move no goods.

    Raises `KeyError`, `TypeError` or `ValueError` on a body that is not of its kind's form.
    """
    rule = _RULES.get(kind)
    return tuple(move for move in rule(body) if move.pieces) if rule else ()


def facts(body: Body, sku: str, lot: str) -> Facts:
    """What the entry with `body` says about the lot it brings in."""
    for line in body.get("lots", ()):
        if (line[0], line[1]) == (sku, lot) and len(line) == ARRIVED_FIELDS:
            return Facts(line[3], line[4])
    return Facts(body.get("best_before", ""), body.get("fund", ""))


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


def _receive(body: Body) -> list[Move]:
    return [Move(body["sku"], body["lot"], SHELF, body["qty"])]


def _priced(body: Body, *signs: tuple[str, int]) -> list[Move]:
    """Lines of (SKU, pieces, price, lots), as redemptions have them; `signs`: places and signs."""
    return [
        Move(sku, lot, place, sign * pieces)
        for sku, _qty, _price, lots in body["lines"]
        for lot, pieces in lots
        for place, sign in signs
    ]


def _out(body: Body) -> list[Move]:
    """Lines of (SKU, lot, pieces)."""
    return [Move(sku, lot, SHELF, -pieces) for sku, lot, pieces in body["lots"]]


def _counted(body: Body) -> list[Move]:
    """Lines of (SKU, lot, pieces in the books, pieces counted)."""
    return [Move(sku, lot, SHELF, counted - book) for sku, lot, book, counted in body["lots"]]


def _arrived(body: Body) -> list[Move]:
    """Lines of (SKU, lot, pieces, best before, fund)."""
    return [Move(sku, lot, SHELF, pieces) for sku, lot, pieces, _best_before, _fund in body["lots"]]


def _returned(body: Body) -> list[Move]:
    """Lines with a condition behind; damaged goods leave the shelf again by a write-off of their own."""
    return _priced({"lines": [line[:4] for line in body["lines"]]}, (SHELF, 1))


ARRIVED_FIELDS = 5
_RULES: dict[str, Callable[[Body], list[Move]]] = {
    "stock-receive": _receive,
    "stock-donate": _receive,
    "stock-issue": _out,
    "stock-write-off": _out,
    "stock-send": _out,
    "stock-count": _counted,
    "stock-arrive": _arrived,
    "redeem": lambda body: _priced(body, (SHELF, -1)),
    "void": lambda body: _priced(body, (SHELF, 1)),
    "void-ask": lambda body: _priced(body, (HELD, 1)),
    "void-grant": lambda body: _priced(body, (HELD, -1), (SHELF, 1)),
    "void-deny": lambda body: _priced(body, (HELD, -1)),
    "return": _returned,
    "hold": lambda body: _priced(body, (SHELF, -1), (HELD, 1)),
    "collect": lambda body: _priced(body, (HELD, -1)),
    "release": lambda body: _priced(body, (HELD, -1), (SHELF, 1)),
}
