"""Entries as a busy terminal writes them, from a seed; no test lives here."""

from __future__ import annotations

import random
from collections.abc import Iterator

from kiosk.ledger.entries import GENESIS, Entry, encode, link

GOODS = [(f"good{number}", 20 + 15 * number) for number in range(24)]
HOUSEHOLDS = [f"037{number:04d}" for number in range(1, 1000, 3)]
START_MS = 1_790_000_000_000


def journal(count: int, seed: int = 1, terminal: int = 37, epoch: int = 1) -> list[bytes]:
    """`count` canonical entries from seq 1: an opening, then earns and redeems of 1-3 goods."""
    return list(_entries(count, random.Random(seed), terminal, epoch))


def heads(entries: list[bytes], previous: bytes = GENESIS) -> list[bytes]:
    """The chain's hash after each entry."""
    hashes = []
    for data in entries:
        previous = link(previous, data)
        hashes.append(previous)
    return hashes


def _entries(count: int, rnd: random.Random, terminal: int, epoch: int) -> Iterator[bytes]:
    at_ms, slip = START_MS, 0
    for seq in range(1, count + 1):
        at_ms += rnd.randrange(2_000, 90_000)
        day = f"2026-11-{1 + seq // 500 % 28:02d}"
        body: dict[str, object]
        if seq == 1:
            kind, body = "open", {"from": None}
        elif seq % 2:
            rule = rnd.randrange(40)
            kind, body = "earn", _earn(rnd, rule, day)
        else:
            slip += 1
            kind, body = "redeem", _redeem(rnd, slip)
        yield encode(Entry(terminal, epoch, seq, day, at_ms, kind, 1, f"M{terminal:03d}A", "", body))


def _earn(rnd: random.Random, rule: int, day: str) -> dict[str, object]:
    body = {
        "hh": rnd.choice(HOUSEHOLDS),
        "rule": f"rule{rule}",
        "rv": 1,
        "amount": 5 * (1 + rule % 7),
        "repaid": 0,
        "expires": "2027-12-31",
        "deed": day,
    }
    if rnd.random() < 0.2:
        body["order"] = f"o{rnd.randrange(10_000)}"
    return body


def _redeem(rnd: random.Random, slip: int) -> dict[str, object]:
    lines: list[tuple[str, int, int, list[list[object]]]] = []
    for sku, price in rnd.sample(GOODS, rnd.randint(1, 3)):
        qty = rnd.choice((1, 1, 2, 3))
        lots: list[list[object]] = (
            [["L1", 1], ["L2", qty - 1]] if qty > 1 and rnd.random() < 0.1 else [["L1", qty]]
        )
        lines.append((sku, qty, price, lots))
    charge = sum(qty * price for _, qty, price, _ in lines)
    half = charge // 2
    buckets = [["2026-12-31", half], ["2027-12-31", charge - half]]
    return {
        "hh": rnd.choice(HOUSEHOLDS),
        "lines": lines,
        "charge": charge,
        "from": buckets if rnd.random() < 0.1 else [["2027-12-31", charge]],
        "slip": slip,
        "req": str(slip),
        "how": "card:1",
        "confirm": "tap",
        "cat": 3,
    }
