"""The year's books, folded from the raw journal: bytes and JSON only, no service, no store, no ledger rule.

Each term of the equation is summed from the entry kinds that make it:
issued = available + saved + held − owed + spent + deducted + expired + away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from tests.kiosk.books import raw
from tests.kiosk.books.raw import Line

TERMS = ("issued", "available", "saved", "held", "owed", "spent", "deducted", "expired", "away")


class Books(NamedTuple):
    """What the journal comes to."""

    points: dict[str, dict[str, int]]  # household → term → tenths
    came: dict[tuple[str, str], int]  # (SKU, lot) → pieces in, stock-takes' surplus among them
    went: dict[tuple[str, str], int]  # pieces out, stock-takes' shortage among them
    kinds: dict[str, int]  # entries of each kind


def fold(lines: Iterable[Line]) -> Books:
    """The books of these entries."""
    points: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(TERMS, 0))
    came: dict[tuple[str, str], int] = defaultdict(int)
    went: dict[tuple[str, str], int] = defaultdict(int)
    kinds: dict[str, int] = defaultdict(int)
    for line in lines:
        kinds[line.kind] += 1
        for term, tenths in terms(line).items():
            points[line.body["hh"]][term] += tenths
        for sku, lot, pieces in raw.moved(line):
            side = came if pieces > 0 and line.kind.startswith("stock-") else went
            side[sku, lot] += pieces if side is came else -pieces
    return Books(dict(points), came, went, dict(kinds))


def terms(line: Line) -> dict[str, int]:
    """Tenths by which an entry changes each term."""
    found = dict(zip(("available", "saved", "held", "owed"), raw.points(line), strict=True))
    found |= {"issued": _issued(line), "spent": _spent(line), "deducted": _deducted(line)}
    found["expired"] = line.body["expired"] if line.kind == "expire" else 0
    found["away"] = _away(line)
    return {term: tenths for term, tenths in found.items() if tenths}


def difference(terms_of_one: dict[str, int]) -> int:
    """Left side less right side of the equation: 0 where the books balance."""
    plus = ("available", "saved", "held", "spent", "deducted", "expired", "away")
    right = sum(terms_of_one[term] for term in plus) - terms_of_one["owed"]
    return terms_of_one["issued"] - right


def _issued(line: Line) -> int:
    body = line.body
    if line.kind == "earn":
        return int(body["amount"])
    return -int(body["amount"]) if line.kind == "reverse" and body["kind"] == "earn" else 0


def _spent(line: Line) -> int:
    body, back = line.body, _sum(line.body.get("to", ()))
    signed = {"redeem": "charge", "collect": "amount", "void-deny": "amount"}
    if line.kind in signed:
        return int(body[signed[line.kind]])
    if line.kind in ("void", "return"):
        return -back
    return -int(body["amount"]) if line.kind == "void-ask" else 0


def _deducted(line: Line) -> int:
    body = line.body
    if line.kind in ("deduct", "correct"):
        return int(body["amount"])
    return -int(body["amount"]) if line.kind == "reverse" and body["kind"] != "earn" else 0


def _away(line: Line) -> int:
    """What left for another centre; nobody does in this year."""
    assert line.kind not in ("move-out", "move-in", "move-back"), f"{line.kind}: not in the diary"
    return 0


def _sum(buckets: Iterable[Any]) -> int:
    return sum(int(tenths) for _day, tenths in buckets)
