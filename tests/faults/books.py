"""What must be true of a terminal's books after any accident; reads them with bare `sqlite3`."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.services import verify
from kiosk.services.terminal import DATABASE_FILE, Terminal
from kiosk.store.database import sqlite_module


def rows(data_dir: Path, statement: str) -> list[tuple[Any, ...]]:
    """The answer of a plain SQLite connection of its own."""
    with closing(sqlite_module().connect(data_dir / DATABASE_FILE)) as conn:
        found: list[tuple[Any, ...]] = conn.execute(statement).fetchall()
        return found


def redemptions(data_dir: Path) -> dict[str, dict[str, Any]]:
    """Every redemption in the journal by request id; none is there twice."""
    found: dict[str, dict[str, Any]] = {}
    for epoch, seq, data in rows(data_dir, "SELECT epoch, seq, data FROM journal WHERE kind='redeem'"):
        body = json.loads(data)[9]
        assert body["req"] not in found, f"request {body['req']} is in the journal twice"
        found[body["req"]] = {"entry": f"{epoch}-{seq}", **body}
    return found


def check(terminal: Terminal) -> dict[str, dict[str, Any]]:
    """No redemption is half there: points, goods, slip, request and print jobs agree with the journal."""
    data_dir = terminal.settings.data_dir
    found = verify.verify(terminal)
    assert found.ok, found.problems
    assert terminal.may_write()
    made = redemptions(data_dir)
    numbers = Counter(body["slip"] for body in made.values())
    assert all(count == 1 for count in numbers.values()), "a slip number is used twice"
    assert sorted(numbers) == list(range(1, len(made) + 1))
    spent = sum(body["charge"] for body in made.values())
    assert rows(data_dir, "SELECT coalesce(sum(tenths),0) FROM posting WHERE pot='spent'") == [(spent,)]
    pieces = sum(line[1] for body in made.values() for line in body["lines"])
    out = rows(data_dir, "SELECT coalesce(-sum(pieces),0) FROM stock_move WHERE pieces<0")
    assert out == [(pieces,)]
    received = rows(data_dir, "SELECT coalesce(sum(pieces),0) FROM stock_move WHERE pieces>0")[0][0]
    assert rows(data_dir, "SELECT sum(pieces) FROM lot") == [(received - pieces,)]
    assert {row[0] for row in rows(data_dir, "SELECT id FROM request")} == set(made)
    jobs = Counter(rows(data_dir, "SELECT slip, copy FROM print_job WHERE reprint=0"))
    assert len(jobs) == 2 * len(made)
    assert set(jobs.values()) <= {1}
    return made
