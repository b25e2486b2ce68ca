"""The county takes what terminals write about goods without a flag and without moving a point."""

from __future__ import annotations

from kiosk.ledger.entries import Entry
from sync.county.project import project

BODIES = {
    "stock-receive": {"lots": [["soap", "1-4", 5, "", "finance", ""]], "fund": "finance", "slip": 1},
    "stock-donate": {"lots": [["soap", "1-5", 5, "", "donation", ""]], "fund": "donation", "slip": 2},
    "stock-issue": {"lots": [["soap", "1-4", 1]], "why": "care", "slip": 3},
    "stock-write-off": {"lots": [["soap", "1-4", 1]], "why": "lost", "evidence": "ab", "slip": 4},
    "stock-send": {"to": 38, "lots": [["soap", "1-4", 1]], "slip": 5},
    "stock-arrive": {"doc": [38, 1, 9], "sent": [["soap", 2, 1]], "lots": [], "slip": 6},
    "stock-place": {"sku": "soap", "place": "A-2", "level": 5},
    "count-open": {"skus": ["soap"], "slip": 7},
    "count-write": {"sheet": [1, 8], "lines": [["soap", 3, 2]]},
    "count-drop": {"sheet": [1, 8]},
    "stock-count": {"sheet": [1, 8], "diff": [["soap", 1]], "lots": [["soap", "1-4", 2, 3]], "slip": 8},
    "wish": {"hh": "0370217", "how": "card:1", "about": "soap", "wanted": 1, "price": "dear"},
    "goods-order": {"draft": [1, 12], "slip": 9},
}


def test_known_kinds_pass() -> None:
    entries = [
        Entry(37, 1, seq, "2026-11-23", 0, kind, 1, "M037A", "R037A", body)
        for seq, (kind, body) in enumerate(BODIES.items(), 1)
    ]
    found = project(entries, {}, {"0370217": 37})
    assert found.flags == []
    assert found.balances == {}
    assert found.totals == {"entries": len(entries)}
