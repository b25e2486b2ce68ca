"""What a day or month comes to: figures summed from entries alone, and which of them came late."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from kiosk.ledger import points, stock
from kiosk.ledger.entries import Entry
from kiosk.ledger.postings import postings

# pot → figure that counts what went into it, figure that counts what came out
_POTS = {
    points.SPENT: ("spent", "given-back"),
    points.DEDUCTED: ("deducted", "deducted-back"),
    points.EXPIRED: ("expired", "expired-back"),
    points.AWAY: ("moved-out", "moved-in"),
}
CLOSINGS = ("day-close", "month-close")
_COUNTED = {"redeem": "redemptions", "collect": "redemptions", "void": "voids", "void-grant": "voids"}
_COUNTED |= {"return": "returns", "earn": "earnings", "deduct": "deductions", "correct": "corrections"}
_COUNTED |= {"reverse": "corrections", "borrow": "loans"}


class Figures(NamedTuple):
    """Points in tenths, the rest counted; only what is not 0 is named."""

    points: dict[str, int]
    counts: dict[str, int]


def figures(entries: Iterable[Entry]) -> Figures:
    """What `entries` come to; closings themselves do not count."""
    tenths: dict[str, int] = {}
    counts: dict[str, int] = {}
    for entry in entries:
        if entry.kind in CLOSINGS:
            continue
        for posting in postings(entry.kind, entry.body):
            _add(tenths, *_points(posting))
        for move in stock.moves(entry.kind, entry.body):
            _add(counts, "pieces-in" if move.pieces > 0 else "pieces-out", abs(move.pieces))
        if entry.kind in _COUNTED:
            _add(counts, _COUNTED[entry.kind], 1)
        if "slip" in entry.body:
            _add(counts, "slips", 1)
    return Figures(tenths, counts)


def period_of(day: str, period: str) -> str:
    """The period of the same kind as `period` that business `day` lies in."""
    return day[: len(period)]


def body(period: str, found: Figures, late: Figures, stubs: int | None) -> dict[str, Any]:
    """What a closing entry says; `late` are entries behind the closing of their period; `stubs` as counted
    by hand."""
    said: dict[str, Any] = {"period": period, "points": found.points, "counts": found.counts}
    if late.counts or late.points:
        said["late"] = {"points": late.points, "counts": late.counts}
    if stubs is not None:
        said["stubs"] = stubs
    return said


def _points(posting: points.Posting) -> tuple[str, int]:
    if posting.pot == points.ISSUED:
        return ("issued", -posting.tenths) if posting.tenths < 0 else ("taken-back", posting.tenths)
    if posting.pot in _POTS:
        into, out = _POTS[posting.pot]
        return (into, posting.tenths) if posting.tenths > 0 else (out, -posting.tenths)
    return "", 0


def _add(sums: dict[str, int], name: str, value: int) -> None:
    if value:
        sums[name] = sums.get(name, 0) + value
