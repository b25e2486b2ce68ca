"""What the screens are given to work with, and how other threads reach them; imports no service."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk.config import Settings
from kiosk.events import Bus
from kiosk.words import Words
from kiosk.worker import Worker

Speak = Callable[[str, str], None]  # a sentence and its language; an empty sentence: silence


@dataclass(frozen=True, slots=True)
class Call:
    """A bus event that carries a job to the screen's thread.

    `Worker(deliver=lambda job: bus.publish(Call(job)))` brings every outcome there.
    """

    job: Callable[[], None]


class Services:
    """The modules of `kiosk.services` by name, each imported when first used (off the first frame's path)."""

    def __getattr__(self, name: str) -> Any:
        module = importlib.import_module(f"kiosk.services.{name}")
        setattr(self, name, module)
        return module


@dataclass(slots=True)
class Backend:
    """What stands behind the screens. `speak` is None where nothing can speak."""

    terminal: Any  # None until the worker's first job has opened it: read it on the worker only
    worker: Worker
    bus: Bus
    settings: Settings
    words: Words
    services: Any = field(default_factory=Services)
    speak: Speak | None = None
    play: Callable[[str], None] = lambda _sound: None  # "beep", "done" or "error"; where there are sounds
    preview: Callable[[], Any] | None = None  # the newest picture (`Preview`) or None; None: no camera
    speaking: Callable[[], bool] = lambda: False  # whether a sentence is being said just now
    exchange: Callable[[], None] | None = None  # talk to the county now; None where there is no line
    after_first_frame: Callable[[], None] = lambda: None  # starts what nobody should wait for
