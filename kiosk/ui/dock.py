"""The demo's dock: a small window beside the terminal's in which a person plays the outside world.

What its buttons do to the far ends is kiosk.ui.dock_hands'. `run_dock` is importable without Kivy configured;
everything that draws is in kiosk.ui.dock_window, which is imported after Kivy has been set up.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import msgspec

from kiosk import config
from kiosk.ui import setup
from kiosk.ui.dock_hands import Hands, Village
from kiosk.words import Words

SIZE = (400, 800)
TERMINAL_WIDTH, GAP = 1280, 8
CONFIG_FILE = "config.toml"
GEOMETRY_TIMEOUT_S = 5.0


def run_dock(village: Village, locale: str, inspect: Path | None = None) -> int:
    """Open the dock on a running `village` and return 0 when its window was closed, or on SIGTERM or SIGINT.

    The village is the caller's to stop. `inspect` is the path of a socket through which tests look on.
    """
    settings = config.load(village.folder / CONFIG_FILE)
    width, height = SIZE
    setup.prepare(
        msgspec.structs.replace(
            settings,
            terminal=msgspec.structs.replace(settings.terminal, data_dir="dock"),
            screen=msgspec.structs.replace(settings.screen, width=width, height=height, fullscreen=False),
        )
    )
    from kivy.config import Config

    # Beside the terminal; on a narrow display over its right edge rather than out of sight.
    left = min(TERMINAL_WIDTH + GAP, max(0, _display_width() - width))
    for name, value in {"left": left, "minimum_width": width, "minimum_height": 400}.items():
        Config.set("graphics", name, str(value))
    from kiosk.ui.dock_window import DockApp

    app = DockApp(village.demo, Hands(village), Words(locale), inspect)
    before = {one: signal.signal(one, lambda *_: app.stop()) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        app.run()
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
    return 0


def _display_width() -> int:
    """Pixels of the X display across; as wide as both windows where nobody can tell."""
    wanted = TERMINAL_WIDTH + GAP + SIZE[0]
    if not os.environ.get("DISPLAY") or shutil.which("xdotool") is None:
        return wanted
    asked = subprocess.run(
        ["xdotool", "getdisplaygeometry"],
        check=False,
        capture_output=True,
        text=True,
        timeout=GEOMETRY_TIMEOUT_S,
    )
    return int(asked.stdout.split()[0]) if asked.returncode == 0 else wanted
