"""Where a book can be carried away to: the configured folder, or USB sticks that the system has mounted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from kiosk.config import Settings
from kiosk.keys import sync_folder
from kiosk.ledger.refusals import Refused

ROOTS = (Path("/media"), Path("/run/media"))
DEPTH = 2  # /media/<user>/<stick>, /run/media/<user>/<stick>, /media/<stick>
LEAST_FREE_BYTES = 20_000_000


def place(settings: Settings) -> Path:
    """The folder to write to: the configured one, else the first stick that can be written.

    Raises `Refused`: `no-stick`, `stick-full`.
    """
    found = next(_candidates(settings), None)
    if found is None:
        raise Refused("no-stick")
    if shutil.disk_usage(found).free < LEAST_FREE_BYTES:
        raise Refused("stick-full")
    return found


def settle(path: Path) -> None:
    """Have the system bring the file to the stick itself, which is pulled out right after."""
    with path.open("rb") as written:
        os.fsync(written.fileno())
    sync_folder(path.parent)


def _candidates(settings: Settings) -> Iterator[Path]:
    own = settings.books.export_dir
    if own:
        folder = Path(settings.folder) / own
        if folder.is_dir() and os.access(folder, os.W_OK):
            yield folder.resolve()
        return
    for root in ROOTS:
        yield from _mounted(root, DEPTH)


def _mounted(folder: Path, depth: int) -> Iterator[Path]:
    try:
        inside = sorted(folder.iterdir())
    except OSError:  # not there, or somebody else's
        return
    for path in inside:
        if os.path.ismount(path) and os.access(path, os.W_OK):
            yield path
        elif depth > 1 and path.is_dir():
            yield from _mounted(path, depth - 1)
