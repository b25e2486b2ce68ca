"""A server that stores JSON lines and says how many, nothing else: `python bare_server.py FILE DRIVER MODE`.

Prints its port once it listens. One request is one transaction, as durable as ours.
"""

from __future__ import annotations

import importlib
import json
import socket
import sys
from typing import Any

import uvicorn


def main() -> None:
    """Serve until killed."""
    path, driver, mode = sys.argv[1:]
    conn = importlib.import_module(driver).connect(path, isolation_level=None, check_same_thread=False)
    conn.execute(f"PRAGMA journal_mode={mode}")
    conn.execute("PRAGMA synchronous=FULL")
    conn.execute("CREATE TABLE entries (terminal, epoch, seq, bytes, PRIMARY KEY (terminal, epoch, seq))")

    async def app(_scope: Any, receive: Any, send: Any) -> None:
        body = b""
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        rows = [(*json.loads(line)[:3], line) for line in body.split(b"\n")]
        conn.execute("BEGIN IMMEDIATE")
        conn.executemany("INSERT INTO entries VALUES (?, ?, ?, ?)", rows)
        conn.execute("COMMIT")
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % len(rows)})

    listening = socket.create_server(("127.0.0.1", 0))
    print(listening.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off")).run(
        [listening]
    )


if __name__ == "__main__":
    main()
