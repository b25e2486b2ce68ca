"""A terminal's books after years of use beside the same books on their first day: look-up, redeem, history.

The years are lived through the services, day by day, in memory; measured is on the project's disk, both
terminals in turn.
"""

from __future__ import annotations

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from kiosk.ledger.refusals import Refused
from kiosk.services import deeds, find
from kiosk.services.history import history
from kiosk.services.redeem import redeem
from kiosk.services.terminal import Terminal, open_terminal
from tests.bench.figures import Figure, figure
from tests.village import HandClock, Village, proof, receive, send

ENTRIES = (20_000, 50_000, 100_000, 200_000)  # twenty thousand are a year
A_DAY = 55
HOUSEHOLDS = tuple(f"0371{number:03}" for number in range(500))
MEASURED = "0370900"  # limits off, 5,000 points; the same fifty lines of history on both sides
GOODS = (("soap", 30), ("vinegar", 20), ("rice5", 200))
STAFF = ("M037A", "R037A")
STOCK_EACH = 2_000
ROUNDS = 300
WARM_UP = 60  # fifty lines of history among them
YES = frozenset({"duplicate-charge"})
GOAL = "ratio <= 1.2"


def measure(folder: Path) -> list[Figure]:
    """The three times after each number of entries, as ratios to the first day's."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else folder) as place:
        years = _Years(Village(Path(place)))
        fresh = _copied(years, folder / "fresh")
        card = years.village.card(MEASURED)
        found = []
        for entries in ENTRIES:
            years.live_until(entries)
            found += _beside(fresh, _copied(years, folder / f"after-{entries}"), card, entries)
            shutil.rmtree(folder / f"after-{entries}")
        years.village.close()
    return found


class _Years:
    """A centre whose residents earn and redeem, a day after the other."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.clock = HandClock(day="2026-01-02")
        self.terminal = village.stocked(clock=self.clock)
        people = []
        for number in HOUSEHOLDS:
            body = {"hh": number, "name": "某户", "members": 3, "pinyin": "mh", "home": 37}
            people.append(("household", {**body, "digest": [], "limits": "off"}))
            people.append(("card", {"hh": number, "serial": 1, "state": "active"}))
        send(self.terminal, "county", *people)
        self.chance = random.Random(20261126)
        self.made = 0
        self._have = dict.fromkeys(HOUSEHOLDS, 0)

    def live_until(self, entries: int) -> None:
        """Go on until that many entries were written."""
        while self.made < entries:
            self.clock.move(days=1)
            for _ in range(A_DAY):
                self._deed()

    def _deed(self) -> None:
        household = self.chance.choice(HOUSEHOLDS)
        sku, price = self.chance.choice(GOODS)
        self.made += 1
        if self._have[household] < price:
            given = self.chance.choice((20, 50, 100))
            deeds.earn(self.terminal, household, "tidy-yard", given, *STAFF)
            self._have[household] += given
            return
        try:
            redeem(self.terminal, proof(household), ((sku, 1),), STAFF[0], f"y{self.made}", yes=YES)
            self._have[household] -= price
        except Refused as no:
            self.made -= 1
            if no.code == "not-enough-stock":
                receive(self.terminal, sku, STOCK_EACH)
            else:  # what was earned last year has ended
                self._have[household] = 0


def _copied(years: _Years, folder: Path) -> Terminal:
    """A terminal of its own on a copy of the books, standing at the same moment, as if just switched on."""
    years.terminal.close()
    settings = years.terminal.settings
    shutil.copytree(settings.data_dir, folder)
    years.terminal = years.village.open(settings, years.clock)
    own = msgspec.structs.replace(settings.terminal, data_dir=str(folder))
    clock = HandClock()
    clock.day = years.clock.day
    return open_terminal(msgspec.structs.replace(settings, terminal=own), clock)


def _beside(fresh: Terminal, old: Terminal, card: str, entries: int) -> list[Figure]:
    """Ten years' books and the first day's in turn: redeem, then look up, then history."""
    jobs: tuple[tuple[str, Callable[[Terminal, int], object]], ...] = (
        (
            "redeem",
            lambda at, n: redeem(at, proof(MEASURED), (("soap", 1),), STAFF[0], f"m{entries}-{n}", yes=YES),
        ),
        ("balance", lambda at, _n: find.by_card(at, card)),
        ("history", lambda at, _n: history(at, MEASURED)),
    )
    for each in (fresh, old):
        receive(each, "soap", WARM_UP + ROUNDS)
    found = []
    for name, job in jobs:
        times_s: dict[bool, list[float]] = {True: [], False: []}
        for number in range(WARM_UP + ROUNDS):
            for turn in (0, 1):
                is_old = bool((number + turn) % 2)  # the one that goes second finds the machine busier
                begun_s = time.perf_counter()
                job(old if is_old else fresh, number)
                if number >= WARM_UP:
                    times_s[is_old].append(time.perf_counter() - begun_s)
        new_ms, old_ms = (statistics.median(times_s[is_old]) * 1e3 for is_old in (False, True))
        about = f"after {entries:,} entries, beside the first day; median of {ROUNDS}"
        found.append(
            figure(f"years_{name}_{entries // 1000}k", old_ms, "ms", reference=new_ms, goal=GOAL, about=about)
        )
    old.close()
    return found
