"""The training village: a database of its own beside the real one, made once, with the real devices."""

from __future__ import annotations

import shutil

import msgspec

from kiosk.config import CountySettings, Settings
from kiosk.demo import seed
from kiosk.services import books, day
from kiosk.services.terminal import Terminal, open_terminal

FOLDER = "training"  # in the real terminal's data folder
MANAGER = "M037A"  # of the village: opens the day when nobody has trained for more than a week


def settings_of(real: Settings) -> Settings:
    """The settings to train with: screens, devices and rules of the real terminal, people and books invented.

    Makes the village when it is not there yet. Its cards stay the same: they may have been printed.
    """
    folder = real.data_dir / FOLDER
    if not folder.exists():
        draft = folder.with_name(f"{FOLDER}.new")
        shutil.rmtree(draft, ignore_errors=True)  # of a first start that was cut off
        seed.seed(draft, seed.Places())
        draft.rename(folder)
    return msgspec.structs.replace(
        real,
        terminal=msgspec.structs.replace(
            real.terminal, data_dir=str(folder / "terminal"), training=True, demo=False
        ),
        county=CountySettings(),
    )


def opened(settings: Settings) -> Terminal:
    """The training terminal, on today's business day."""
    terminal = open_terminal(settings)
    day.follow_clock(terminal)
    today = terminal.clock.today()
    if books.today(terminal).day < today:
        day.open_by_person(terminal, today, MANAGER)
    return terminal
