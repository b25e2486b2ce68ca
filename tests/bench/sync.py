"""sync_rate, sync_bytes: 10,000 entries from a terminal's database into a county's over real HTTP."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from kiosk import config
from kiosk.services.terminal import DATABASE_FILE, open_terminal
from kiosk.store import cursors
from kiosk.store.database import journal_mode, sqlite_module
from sync.protocol import MAX_BATCH_ENTRIES
from tests.bench.county_village import ENTRIES, build, exchange, serving
from tests.bench.figures import Figure, figure
from tests.bench.references import bare_client, bare_server

ROUNDS = 5


def measure(folder: Path) -> list[Figure]:
    """Each round starts from a copy of the same two databases; ours and the reference take turns."""
    built = folder / "built"
    build(built)
    ours: list[tuple[int, int, float]] = []
    bare: list[tuple[int, int, float]] = []
    for number in range(ROUNDS):
        place = folder / f"round{number}"
        for which in (0, 1):
            if (number + which) % 2:
                bare.append(_bare(built, place / "bare"))
            else:
                shutil.copytree(built, place / "ours")
                ours.append(_ours(place / "ours"))
        shutil.rmtree(place)
    entries, size, _ = ours[0]
    bare_entries, bare_size, _ = bare[0]
    assert entries == bare_entries >= ENTRIES, "not every entry went over"
    return [
        figure(
            "sync_rate",
            statistics.median(sent / took_s for sent, _, took_s in ours),
            "entries/s",
            reference=statistics.median(sent / took_s for sent, _, took_s in bare),
            goal="value >= 5000",
            about=f"median of {ROUNDS}; {entries} entries; reference: JSON lines, stored, nothing checked",
        ),
        figure(
            "sync_bytes",
            size / entries,
            "bytes/entry",
            reference=bare_size / bare_entries,
            goal="value <= 25",
            about="request bodies; reference: JSON lines",
        ),
    ]


def _ours(folder: Path) -> tuple[int, int, float]:
    """(entries, bytes out, seconds) of one exchange; the server is a running process, as in service."""
    terminal = open_terminal(config.load(folder / "config.toml"))
    with serving(folder) as url:
        begun_s = time.perf_counter()
        result = exchange(terminal, url)
        took_s = time.perf_counter() - begun_s
    terminal.close()
    assert result.waiting == 0, "entries stayed behind"
    return result.sent, result.bytes_out, took_s


def _bare(built: Path, folder: Path) -> tuple[int, int, float]:
    folder.mkdir(parents=True)
    settings = config.load(built / "config.toml")
    terminal = open_terminal(settings)
    with terminal.read() as conn:
        acknowledged = cursors.get(conn, f"acked:{terminal.identity.epoch}")
    terminal.close()
    driver, mode = sqlite_module().__name__, journal_mode()
    command = [sys.executable, str(bare_server.__file__), str(folder / "bare.db"), driver, mode]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        begun_s = time.perf_counter()
        sent, size = bare_client.push(
            settings.data_dir / DATABASE_FILE, driver, acknowledged, port, MAX_BATCH_ENTRIES
        )
        took_s = time.perf_counter() - begun_s
        server.terminate()
    return sent, size, took_s
