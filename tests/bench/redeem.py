"""redeem_commit: a redemption by our service beside bare SQLite writing the very same rows."""

from __future__ import annotations

import shutil
import statistics
import time
from pathlib import Path

from kiosk.config import Settings
from kiosk.services.redeem import redeem
from kiosk.services.terminal import DATABASE_FILE, Terminal
from kiosk.store.database import journal_mode, sqlite_module
from tests.bench.figures import Figure, figure, percentile
from tests.bench.references.bare_sqlite import Bare, Change, changes
from tests.village import HandClock, Village, proof

HOUSEHOLD = "0370900"  # limits off
BASKETS = ((("soap", 1), ("vinegar", 1)), (("rice5", 1), ("soap", 1), ("vinegar", 1)))
WARM_UP = 20
ROUNDS = 300


def measure(folder: Path) -> list[Figure]:
    """Turn by turn: one redeem by ours, then its rows by the reference into a twin of the database.

    The rows were recorded beforehand from the same redeems in a first copy: under a standing clock they come
    out the same to the byte, which is checked at the end.
    """
    village = Village(folder)
    seeded = village.stocked(clock=HandClock())
    village.close()
    home = seeded.settings.data_dir
    shutil.copytree(home, folder / "recorded")
    shutil.copytree(home, folder / "twin")
    driver, mode = sqlite_module().__name__, journal_mode()
    rows = _record(village, seeded.settings, driver, mode)
    shutil.rmtree(home)
    (folder / "recorded").rename(home)

    terminal = village.open(seeded.settings, HandClock())
    twin = Bare(folder / "twin" / DATABASE_FILE, driver, mode)
    ours_s: list[float] = []
    bare_s: list[float] = []
    for number, changed in enumerate(rows):
        times_s = [0.0, 0.0]
        for turn in (0, 1):
            which = (number + turn) % 2  # the one that goes second finds the disk busier
            begun_s = time.perf_counter()
            if which:
                twin.write(changed)
            else:
                _redeem(terminal, number)
            times_s[which] = time.perf_counter() - begun_s
        if number >= WARM_UP:
            ours_s.append(times_s[0])
            bare_s.append(times_s[1])
    village.close()
    ours = Bare(home / DATABASE_FILE, driver, mode)
    assert ours.content() == twin.content(), "the reference did not write the same rows"
    ours.close()
    twin.close()
    about = f"{sum(map(len, rows)) / len(rows):.0f} rows, {mode}, SQLite {sqlite_module().sqlite_version}"
    return [
        figure(
            "redeem_commit",
            statistics.median(ours_s) * 1e3,
            "ms",
            reference=statistics.median(bare_s) * 1e3,
            goal="ratio <= 2",
            about=f"median of {ROUNDS}; {about}",
        ),
        figure(
            "redeem_commit_p95",
            percentile(ours_s, 95) * 1e3,
            "ms",
            reference=percentile(bare_s, 95) * 1e3,
            goal="",
            about="the same redeems",
        ),
    ]


def _redeem(terminal: Terminal, number: int) -> None:
    redeem(terminal, proof(HOUSEHOLD), BASKETS[number % len(BASKETS)], "M037A", f"t{number}")


def _record(village: Village, settings: Settings, driver: str, mode: str) -> list[list[Change]]:
    """What each redeem writes, by reading the database before and after."""
    terminal = village.open(settings, HandClock())
    reader = Bare(settings.data_dir / DATABASE_FILE, driver, mode)
    found: list[list[Change]] = []
    before = reader.content()
    for number in range(WARM_UP + ROUNDS):
        _redeem(terminal, number)
        after = reader.content()
        found.append(changes(before, after))
        before = after
    reader.close()
    village.close()
    return found
