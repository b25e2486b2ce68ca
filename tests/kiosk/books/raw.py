"""A fold of the raw journal for the tests of books: bytes and JSON only, no service, no ledger rule."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple


class Line(NamedTuple):
    """An entry as it lies in the journal."""

    epoch: int
    seq: int
    day: str
    kind: str
    actor: str
    body: dict[str, Any]
    hash: bytes


def journal(data_dir: Path) -> list[Line]:
    """Every entry, oldest first."""
    with closing(sqlite3.connect(f"file:{data_dir / 'terminal.db'}?mode=ro", uri=True)) as conn:
        rows = conn.execute("SELECT data, hash FROM journal ORDER BY epoch, seq").fetchall()
    found = []
    for data, digest in rows:
        _terminal, epoch, seq, day, _at, kind, _version, actor, _second, body = json.loads(data)
        found.append(Line(epoch, seq, day, kind, actor, body, digest))
    return found


def points(line: Line) -> tuple[int, int, int, int]:
    """Tenths by which available, saved, held and the debt of the entry's household change."""
    body, kind = line.body, line.kind
    out = sum(tenths for _day, tenths in body.get("from") or ())
    back = sum(tenths for _day, tenths in body.get("to", ()))
    if kind == "earn":
        return body["amount"] - body["repaid"], 0, 0, -body["repaid"]
    if kind in ("deduct", "correct"):
        return -out, 0, 0, body["owed"]
    if kind == "expire":
        return -out, body["saved"], 0, 0
    if kind == "reverse" and body["kind"] == "earn":
        return -out, 0, 0, body["owed"]
    if kind == "reverse":
        return back, 0, 0, -body["repaid"]
    if kind == "borrow":
        return body["amount"], 0, 0, body["amount"]
    if kind == "repay":
        return -out, 0, 0, -body["amount"]
    if kind == "save":
        return -out, body["amount"], 0, 0
    if kind == "unsave":
        return body["amount"], -body["amount"], 0, 0
    if kind == "redeem":
        return -out, 0, 0, 0
    if kind in ("void", "return"):
        return back, 0, 0, 0
    if kind == "void-ask":
        return 0, 0, body["amount"], 0
    if kind == "void-deny":
        return 0, 0, -body["amount"], 0
    if kind == "hold":
        return -out, 0, body["amount"], 0
    if kind == "collect":
        return 0, 0, -body["amount"], 0
    if kind in ("release", "void-grant"):
        return back, 0, -back, 0
    return 0, 0, 0, 0


def ledger(data_dir: Path) -> list[tuple[str, str, str, tuple[int, int, int, int]]]:
    """(day, entry, household, changes) of every entry that moves points."""
    return [
        (line.day, f"{line.epoch}-{line.seq}", line.body["hh"], points(line))
        for line in journal(data_dir)
        if any(points(line)) or line.kind in ("redeem", "collect")
    ]


def handed_out(data_dir: Path) -> list[tuple[str, str, int, int]]:
    """(day, household, pieces, tenths) of every redemption that stands, returns below zero."""
    entries = journal(data_dir)
    undone = {tuple(line.body["of"]) for line in entries if line.kind in ("void", "void-ask")}
    undone -= {tuple(line.body["redeemed"]) for line in entries if line.kind == "void-deny"}
    found = []
    for line in entries:
        if line.kind not in ("redeem", "collect", "return") or (line.epoch, line.seq) in undone:
            continue
        sign = -1 if line.kind == "return" else 1
        pieces = sum(one[1] for one in line.body["lines"])
        tenths = sum(one[1] * one[2] for one in line.body["lines"])
        found.append((line.day, line.body["hh"], sign * pieces, sign * tenths))
    return found


def goods(data_dir: Path) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """(day, change) of every good and lot, shelf and reserved pieces together, entry by entry."""
    found: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for line in journal(data_dir):
        for sku, lot, pieces in moved(line):
            found.setdefault((sku, lot), []).append((line.day, pieces))
    return found


def moved(line: Line) -> list[tuple[str, str, int]]:
    """(SKU, lot, pieces) that an entry brings in or, below zero, takes out."""
    body, kind = line.body, line.kind
    if kind in ("stock-receive", "stock-donate", "stock-arrive"):
        return [(one[0], one[1], one[2]) for one in body["lots"]]
    if kind in ("stock-issue", "stock-write-off", "stock-send"):
        return [(one[0], one[1], -one[2]) for one in body["lots"]]
    if kind == "stock-count":
        return [(sku, lot, counted - book) for sku, lot, book, counted in body["lots"]]
    signs = {"redeem": -1, "collect": -1, "void-deny": -1, "void": 1, "void-ask": 1, "return": 1}
    sign = signs.get(kind, 0)
    return [(one[0], lot, sign * n) for one in body.get("lines", ()) for lot, n in one[3]] if sign else []
