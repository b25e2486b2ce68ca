"""Puts Kivy's environment and configuration right before Kivy is first imported; draws nothing."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Literal

from kiosk.config import Settings

Touch = Literal["mouse", "mtdev", "hidinput"]

ACTIVE_FPS = 60  # while somebody touches or something moves
IDLE_FPS = 30  # the rest of the time, so that a touch waits no longer than 33 ms; see kiosk/ui/pace.py
WATCHED_FPS = 4  # instead, where a touch wakes the screen; see kiosk/ui/xwatch.py
LOOKS = Path(__file__).parent / "looks"  # of the few widgets of Kivy's that we use


class _Quiet(logging.Filter):
    """Leaves out what Kivy says of input providers we do not ask for."""

    def __init__(self, touch: Touch) -> None:
        super().__init__()
        self._touch = touch

    def filter(self, record: logging.LogRecord) -> bool:
        text = record.getMessage().lower()
        return not text.startswith("input:") or (self._touch != "mouse" and self._touch in text)


def prepare(settings: Settings, touch: Touch = "mouse") -> None:
    """Configure Kivy for a kiosk: call once, before anything imports `kivy.core` or `kivy.app`.

    Exactly one input provider is left (several give double touches, kivy#3801): under X the mouse, which
    SDL also feeds from a touchscreen; on a bare console `mtdev` or `hidinput`. Kivy reads no command line
    and no home configuration, and writes its own log through `logging` from warnings upwards only, so
    nothing a person touched or a label showed gets into a log.
    """
    os.environ["KIVY_NO_ARGS"] = "1"
    os.environ["KIVY_NO_CONFIG"] = "1"
    os.environ["KIVY_NO_ENV_CONFIG"] = "1"
    os.environ["KIVY_NO_FILELOG"] = "1"
    os.environ["KIVY_LOG_MODE"] = "PYTHON"
    # A job posted from another thread wakes the screen at once instead of at the next tick of 30 a second.
    os.environ["KIVY_CLOCK"] = "interrupt"
    # A tap that also gives the window its focus is a tap: SDL would keep it to itself.
    os.environ["SDL_MOUSE_FOCUS_CLICKTHROUGH"] = "1"
    os.environ["KIVY_IMAGE"] = "sdl2"  # reads PNG, which is all we show; else Kivy loads Pillow too
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
        Config.set("input", "mouse", "mouse,disable_multitouch,disable_hover")
    else:
        Config.set("input", "%(name)s", f"probesysfs,provider={touch}")
    _use_our_looks()


def _use_our_looks() -> None:
    """Import Kivy's language with looks/style.kv in place of Kivy's own data/style.kv.

    Kivy reads 1,300 lines there when its language is imported: how file choosers, settings and sliders look.
    That took a sixth of the time to the first frame, and our screens use four of those widgets. Kivy finds
    the file by `kivy_data_dir`, which is put back at once: fonts and shaders still come from there.
    """
    import kivy
    import kivy.resources  # looks for fonts and shaders where `kivy_data_dir` points now

    stock, kivy.kivy_data_dir = kivy.kivy_data_dir, str(LOOKS)
    import kivy.lang.builder

    kivy.kivy_data_dir = stock
