"""JSON lines out of an SQLite journal, posted in batches to `bare_server`: a line with nothing to prove."""

from __future__ import annotations

import http.client
import importlib
from pathlib import Path


def push(database: Path, driver: str, after_seq: int, port: int, entries_a_request: int) -> tuple[int, int]:
    """Post every entry behind `after_seq` of the newest epoch; returns (entries, bytes of the bodies)."""
    conn = importlib.import_module(driver).connect(str(database))
    line = http.client.HTTPConnection("127.0.0.1", port)
    sent = size = 0
    (epoch,) = conn.execute("SELECT MAX(epoch) FROM journal").fetchone()
    while rows := conn.execute(
        "SELECT data FROM journal WHERE epoch = ? AND seq > ? ORDER BY seq LIMIT ?",
        (epoch, after_seq + sent, entries_a_request),
    ).fetchall():
        body = b"\n".join(data for (data,) in rows)
        line.request("POST", "/", body)
        taken = int(line.getresponse().read())
        if taken != len(rows):
            raise RuntimeError("the bare server took something else")
        sent, size = sent + taken, size + len(body)
    line.close()
    conn.close()
    return sent, size
