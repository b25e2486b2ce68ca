"""scan_to_shown: from the last byte on the scanner's wire to the flipped frame with the new balance."""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from drivers.scanner.simulated import ScannerFarEnd
from kiosk.demo.display import virtual_display
from kiosk.demo.seed import Places, seed, write_config
from kiosk.ui.flow import PAGES
from kiosk.words import points
from tests.bench.figures import Figure, figure, percentile
from tests.bench.program import Program, started
from tests.bench.references import bare_kivy_path

SIZES = ((1280, 800), (1920, 1080))
LABELS = 24
ROUNDS = 8
SCANS_A_ROUND = 10
REDRAWS_A_ROUND = 10
WARM_UP = 1
PAUSE_S = (0.15, 0.4)  # people do not come in step with the screen's clock
SEED = 37
READY_TIMEOUT_S = 60.0
# how a scan gets onto the screen, by what the watching process notes on the way
STAGES = ("wire", "scan taken", "service begins", "service ends", "page begins", "page set", "drawing begins")


def measure(folder: Path) -> list[Figure]:
    """At each size: scans, redraws of the same window and redraws of a bare Kivy page take turns."""
    seed(folder / "seeded", Places())
    demo = json.loads((folder / "seeded" / "demo.json").read_text("utf-8"))
    found: list[Figure] = []
    for size in SIZES:
        found += _at_size(folder / "seeded", demo["households"], size)
    return found


def _at_size(folder: Path, households: list[dict[str, Any]], size: tuple[int, int]) -> list[Figure]:
    chance = random.Random(SEED)
    shown_ms: list[float] = []
    stages_ms: list[list[float]] = []
    redraws_ms: list[float] = []
    bare_ms: list[float] = []
    with ExitStack() as parts:
        display = parts.enter_context(virtual_display(*size))
        scanner = parts.enter_context(ScannerFarEnd(folder / f"scanner-{size[0]}"))
        write_config(folder, Places(scanner=scanner.address), {"width": size[0], "height": size[1]})
        terminal = parts.enter_context(started("tests.bench.watched", folder, display))
        bare = parts.enter_context(_bare(size, display))
        _wait_for(terminal, lambda facts: facts.get("opened") and facts.get("pages") == len(PAGES))
        _scan_until_read(terminal, scanner, households[0])
        for number in range(WARM_UP + ROUNDS):
            for household in _different(chance, households[1:], SCANS_A_ROUND):
                time.sleep(chance.uniform(*PAUSE_S))
                took_ms, stages = _scan(terminal, scanner, household)
                if number >= WARM_UP:
                    shown_ms.append(took_ms)
                    stages_ms.append(stages)
            own, other = _redraws(terminal), _bare_redraws(bare)
            if number >= WARM_UP:
                redraws_ms += own
                bare_ms += other
    name = f"scan_to_shown_{size[0]}x{size[1]}"
    halves = [round(statistics.median(stage), 1) for stage in zip(*stages_ms, strict=True)]
    about = ", ".join(f"{what} {ms}" for what, ms in zip((*STAGES[1:], "flipped"), halves, strict=True))
    return [
        figure(
            name,
            percentile(shown_ms, 95),
            "ms",
            reference=percentile(bare_ms, 95),
            goal="value <= 35",
            about=f"p95 of {len(shown_ms)} scans; reference: p95 redraw, bare Kivy page, {LABELS} labels",
        ),
        figure(
            f"{name}_median",
            statistics.median(shown_ms),
            "ms",
            reference=statistics.median(bare_ms),
            goal="",
            about=f"until: {about}",
        ),
        figure(
            f"full_redraw_{size[0]}x{size[1]}",
            percentile(redraws_ms, 95),
            "ms",
            reference=percentile(bare_ms, 95),
            goal="",
            about="p95, the same window redrawn whole",
        ),
    ]


@contextmanager
def _bare(size: tuple[int, int], display: str) -> Iterator[Program]:
    with subprocess.Popen(
        [sys.executable, str(bare_kivy_path()), *map(str, size), str(LABELS)],
        env={**os.environ, "DISPLAY": display},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as child:
        try:
            assert child.stdin is not None and child.stdout is not None
            with os.fdopen(os.dup(child.stdout.fileno())) as lines:
                yield Program(lines, child.stdin)
        finally:
            child.kill()


def _wait_for(terminal: Program, holds: Callable[[Any], Any]) -> Any:
    end_s = time.monotonic() + READY_TIMEOUT_S
    while not holds(facts := terminal.told()):
        assert time.monotonic() < end_s, f"the screen never showed it; last: {facts}"
    return facts


def _shows(facts: Any, household: dict[str, Any]) -> bool:
    return bool(
        facts.get("page") == "account"
        and facts["household"] == household["id"]
        and facts["balance"] == points(household["available_tenths"])
    )


def _scan_until_read(terminal: Program, scanner: ScannerFarEnd, household: dict[str, Any]) -> None:
    """The first card, put on the wire before the driver may have opened it: it waits there."""
    scanner.scan(household["card"])
    _wait_for(terminal, lambda facts: _shows(facts, household))


def _scan(terminal: Program, scanner: ScannerFarEnd, household: dict[str, Any]) -> tuple[float, list[float]]:
    """(ms from the last byte to the flip, ms of each stage)."""
    scanner.scan(household["card"])
    sent_s = time.monotonic()
    facts = _wait_for(terminal, lambda facts: _shows(facts, household))
    marks = {**facts["marks"], "wire": sent_s}
    times_s = [*(marks[stage] for stage in STAGES), facts["at_s"]]
    steps_ms = [(after - before) * 1e3 for before, after in pairwise(times_s)]
    return (facts["at_s"] - sent_s) * 1e3, steps_ms


def _redraws(program: Program) -> list[float]:
    program.order(REDRAWS_A_ROUND)
    facts = _wait_for(program, lambda facts: "redraws_ms" in facts)
    return [float(ms) for ms in facts["redraws_ms"]]


def _bare_redraws(program: Program) -> list[float]:
    program.order(REDRAWS_A_ROUND)
    return [float(ms) for ms in program.told()]


def _different(
    chance: random.Random, households: list[dict[str, Any]], count: int
) -> Iterator[dict[str, Any]]:
    """`count` households, never the same twice in a row."""
    last = None
    for _ in range(count):
        last = chance.choice([one for one in households if one is not last])
        yield last
