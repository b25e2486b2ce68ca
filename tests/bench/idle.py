"""idle_cpu: what a terminal takes before which nobody stands: no camera; scanner, printer, line are there."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack
from pathlib import Path

from drivers.printer.simulated import PrinterFarEnd
from drivers.scanner.simulated import ScannerFarEnd
from kiosk.demo.display import virtual_display
from kiosk.demo.process import TerminalProcess
from kiosk.demo.seed import CONFIG_FILE, Places, seed, write_config
from kiosk.ui.flow import PAGES
from kiosk.ui.inspect_client import Window
from sync.county.database import open_county
from sync.county.serving import Serving
from sync.county.settings import FILE, load
from tests.bench.figures import Figure, figure

SIZE = (1280, 800)
CALM_S, MEASURED_S = 8.0, 40.0
READY_MOST_S = 90.0


def measure(folder: Path) -> list[Figure]:
    """Processor time of the terminal's process, on the attract page."""
    village = folder / "village"
    seed(village, Places(), county_port=0)
    with ExitStack() as parts:
        settings = load(village / "county" / FILE)
        county = open_county(settings)
        parts.callback(county.close)
        serving = parts.enter_context(Serving(county, settings))
        scanner, printer = parts.enter_context(ScannerFarEnd()), parts.enter_context(PrinterFarEnd("tcp"))
        places = Places(county_url=serving.url, scanner=scanner.address, printer=printer.address)
        write_config(village, places, {"width": SIZE[0], "height": SIZE[1]})
        display = parts.enter_context(virtual_display(*SIZE))
        terminal = TerminalProcess(village / CONFIG_FILE, village / "inspect.sock")
        terminal.power_on(display)
        parts.callback(terminal.pull_power)
        window = Window(village / "inspect.sock", display)
        window.wait_for("attract", where=lambda s: s["pages"] == len(PAGES), timeout_s=READY_MOST_S)
        time.sleep(CALM_S)
        frames = window.state()["frame"]
        assert terminal.pid is not None
        begun, begun_s = _ticks(terminal.pid), time.monotonic()
        time.sleep(MEASURED_S)
        share = (_ticks(terminal.pid) - begun) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - begun_s)
        frames = window.state()["frame"] - frames
        window.close()
    return [
        figure(
            "idle_cpu",
            100 * share,
            "% of a core",
            goal="value <= 2",
            about=f"over {MEASURED_S:g} s, camera off, {frames} frames drawn",
        )
    ]


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
