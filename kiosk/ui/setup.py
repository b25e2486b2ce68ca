"""Puts Kivy's environment and configuration right before Kivy is first imported; draws nothing."""

from __future__ import annotations

import logging
import os
from typing import Literal

from kiosk.config import Settings

Touch = Literal["mouse", "mtdev", "hidinput"]

ACTIVE_FPS = 60  # while somebody touches or something moves
IDLE_FPS = 30  # the rest of the time; see kiosk/ui/pace.py


class _Quiet(logging.Filter):
    """Leaves out what Kivy says of configuration versions and of input providers we do not ask for."""

    def __init__(self, touch: Touch) -> None:
        super().__init__()
        self._touch = touch

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage().lower()
        return not text.startswith(("config:", "input:")) or (self._touch != "mouse" and self._touch in text)


def prepare(settings: Settings, touch: Touch = "mouse") -> None:
    """Configure Kivy for a kiosk: call once, before anything imports `kivy.core` or `kivy.app`.

    Exactly one input provider is left (several give double touches, kivy#3801): under X the mouse, which
    SDL also feeds from a touchscreen; on a bare console `mtdev` or `hidinput`. Kivy reads no command line
    and no home configuration, and writes its own log through `logging` from warnings upwards only, so
    nothing a person touched or a label showed gets into a log.
    """
    home = settings.data_dir / "kivy"
    home.mkdir(parents=True, exist_ok=True)
    os.environ["KIVY_HOME"] = str(home)
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_ENV_CONFIG"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ["KIVY_LOG_MODE"] = "PYTHON"
    # A job posted from another thread wakes the screen at once instead of at the next tick of 30 a second.
    os.environ["KIVY_CLOCK"] = "interrupt"
    log = logging.getLogger("kivy")
    log.setLevel(logging.WARNING)
    log.addFilter(_Quiet(touch))

    from kivy.config import Config

    screen = settings.screen
    graphics = {
        "width": screen.width,
        "height": screen.height,
        "fullscreen": "auto" if screen.fullscreen else 0,
        "borderless": int(screen.fullscreen),
        "resizable": int(not screen.fullscreen),
        "show_cursor": int(not screen.fullscreen),
        "position": "custom" if not screen.fullscreen else "auto",
        "left": 0,
        "top": 0,
        "maxfps": ACTIVE_FPS,
        "vsync": 0,  # pages stand still: waiting for the beam only adds up to 16 ms to a scan
        "multisamples": 0,  # edges are smoothed by the shapes themselves; cheap chips have no spare fill rate
        "minimum_width": 640,
        "minimum_height": 480,
    }
    for name, value in graphics.items():
        Config.set("graphics", name, str(value))
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "keyboard_mode", "")
    Config.set("kivy", "log_enable", "0")
    for name, _ in Config.items("input"):
        Config.remove_option("input", name)
    if touch == "mouse":
        Config.set("input", "mouse", "mouse,disable_multitouch")
    else:
        Config.set("input", "%(name)s", f"probesysfs,provider={touch}")
