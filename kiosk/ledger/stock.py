"""How each entry kind moves goods, and which lot goes out first; not where lots are kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

Body = Mapping[str, Any]


_NUMBERS = re.compile("[0-9]+")
SHELF, HELD = "shelf", "held"
FUNDS = ("finance", "assistance", "collective", "donation", "township", "market")  # 六位一体


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


class Came(NamedTuple):
    """One line of a delivery, as its entry says it."""

    sku: str
    lot: str
    pieces: int
    best_before: str
    fund: str
    made: str  # day of production, "" where it isn't known


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
        if (line[0], line[1]) == (sku, lot) and len(line) == len(Came._fields):
            one = Came(*line)
            return Facts(one.best_before, one.fund)
    return Facts(body.get("best_before", ""), body.get("fund", ""))


def came(body: Body) -> tuple[Came, ...]:
    """The lines of a delivery: of a receipt, a donation or an arrival."""
    if "lots" not in body:  # one good, as deliveries were written at first
        best_before, fund = body.get("best_before", ""), body.get("fund", "")
        return (Came(body["sku"], body["lot"], body["qty"], best_before, fund, ""),)
    return tuple(Came(*line) for line in body["lots"])


def pick(lots: Iterable[Lot], pieces: int) -> tuple[tuple[str, int], ...]:
    """(lot, pieces) to hand out: soonest best-before first, goods that keep last.

    The lots must hold enough; those that must not go out are left away by the caller.
    """
    picked: list[tuple[str, int]] = []
    left = pieces
    for lot in in_order(lots):
        part = min(left, lot.pieces)
        if part > 0:
            picked.append((lot.lot, part))
            left -= part
    assert left == 0, "the lots do not hold the pieces"
    return tuple(picked)


def in_order(lots: Iterable[Lot]) -> list[Lot]:
    """The lots in the order they go out: of those that are good for equally long, what came first."""
    lots = list(lots)
    if len(lots) < 2:
        return lots
    return sorted(lots, key=lambda one: (one.best_before == "", one.best_before, _age(one.lot), one.lot))


def _age(lot: str) -> list[int]:
    """A lot is called after the entry that brought it: `1-9` came before `1-10`."""
    return [int(number) for number in _NUMBERS.findall(lot)]


def allot(difference: int, lots: Iterable[Lot], new_lot: str) -> tuple[tuple[str, int, int], ...]:
    """(lot, pieces in the books, pieces counted) for a good of which `difference` more or fewer are there.

    What is missing is taken from the lots in the order they go out: that is where it would have come from.
    What is too many goes to the lot that keeps longest, or into `new_lot` where the shelf has none. Raises
    `ValueError` when more is missing than the lots hold.
    """
    there = [lot for lot in in_order(lots) if lot.pieces > 0]
    if difference > 0:
        lot = there[-1] if there else Lot(new_lot, "", 0)
        return ((lot.lot, lot.pieces, lot.pieces + difference),)
    if -difference > sum(lot.pieces for lot in there):
        raise ValueError("more is missing than there is")
    held = {lot.lot: lot.pieces for lot in there}
    return tuple((name, held[name], held[name] - part) for name, part in pick(there, -difference))


def lot_name(entry: str, line: int) -> str:
    """What the lot is called that comes in on line `line` (from 0) of an entry: `1-284`, then `1-284.2`."""
    return entry if line == 0 else f"{entry}.{line + 1}"


def _came(body: Body) -> list[Move]:
    return [Move(one.sku, one.lot, SHELF, one.pieces) for one in came(body)]


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


def _returned(body: Body) -> list[Move]:
    """Lines with a condition behind; damaged goods leave the shelf again by a write-off of their own."""
    return _priced({"lines": [line[:4] for line in body["lines"]]}, (SHELF, 1))


_RULES: dict[str, Callable[[Body], list[Move]]] = {
    "stock-receive": _came,
    "stock-donate": _came,
    "stock-issue": _out,
    "stock-write-off": _out,
    "stock-send": _out,
    "stock-count": _counted,
    "stock-arrive": _came,
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
KINDS = frozenset(_RULES)  # kinds that move goods
