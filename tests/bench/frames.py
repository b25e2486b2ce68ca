"""frames_over_50ms: what is between two frames while 10,000 entries go to the county and the camera runs.

Every tick draws, as if something moved all the time; the line is put in when the screen has come to rest.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from drivers.scanner.simulated import CameraFarEnd
from kiosk.demo.display import virtual_display
from kiosk.demo.line import CuttableLine
from kiosk.demo.seed import Places, write_config
from kiosk.ui.flow import PAGES
from tests.bench.county_village import ENTRIES, build, serving
from tests.bench.figures import Figure, figure, percentile
from tests.bench.program import Program, started

SIZE = (1280, 800)
CALM_S = 3.0
GOAL_MS = 50
READY_MOST_S, SYNC_MOST_S = 90.0, 120.0


def measure(folder: Path) -> list[Figure]:
    """Frames with nothing to do beside them, as the reference, then the same while all of it is sent."""
    village = folder / "village"
    build(village)
    with ExitStack() as parts:
        county = urlsplit(parts.enter_context(serving(village)))
        assert county.hostname and county.port
        line = parts.enter_context(CuttableLine(county.hostname, county.port))
        line.cut()
        camera = parts.enter_context(CameraFarEnd())
        places = Places(county_url=line.url, camera=camera.address)
        write_config(village, places, {"width": SIZE[0], "height": SIZE[1]})
        display = parts.enter_context(virtual_display(*SIZE))
        program = parts.enter_context(started("tests.bench.framed", village, display))
        _told(program, lambda facts: facts.get("pages") == len(PAGES), READY_MOST_S)
        program.order(1)
        time.sleep(CALM_S)
        calm_ms = _between(program)
        program.order(1)
        begun_s = time.monotonic()
        line.restore()
        _told(program, lambda facts: facts.get("waiting") == 0 and facts["online"], SYNC_MOST_S)
        took_s = time.monotonic() - begun_s
        busy_ms = _between(program)
    over = sum(1 for ms in busy_ms if ms > GOAL_MS)
    return [
        figure(
            "frame_p99_while_syncing",
            percentile(busy_ms, 99),
            "ms",
            reference=percentile(calm_ms, 99),
            goal=f"value <= {GOAL_MS}",
            about=f"{ENTRIES} entries in {took_s:.1f} s, camera on; {over} of {len(busy_ms)} frames over "
            f"{GOAL_MS} ms, the longest {max(busy_ms):.0f} ms; reference: the line cut",
        )
    ]


def _told(program: Program, holds: Callable[[Any], Any], most_s: float) -> Any:
    end_s = time.monotonic() + most_s
    while not holds(facts := program.told()):
        assert time.monotonic() < end_s, f"the screen never showed it; last: {facts}"
    return facts


def _between(program: Program) -> list[float]:
    program.order(0)
    return [
        float(ms) for ms in _told(program, lambda facts: "between_ms" in facts, READY_MOST_S)["between_ms"]
    ]
