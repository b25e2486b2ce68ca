"""Runs a real village with its dock: `python -m tests.kiosk.ui.dock_run FOLDER LOCALE INSPECT`."""

from __future__ import annotations

import sys
from pathlib import Path

from kiosk.demo.village import Village
from kiosk.ui.dock import run_dock


def main() -> int:
    """Like `kiosk demo` with a display, with a socket to look at the dock through."""
    folder, locale, inspect = Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    with Village(folder, {"width": 1280, "height": 800, "locale": locale}) as village:
        village.power_on()
        return run_dock(village, locale, inspect)


if __name__ == "__main__":
    sys.exit(main())
