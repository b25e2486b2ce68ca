"""The year, run once for all checks of a module: small in `make test`, whole by `make year`."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.year.runner import Year

WHOLE = os.environ.get("KIOSK_YEAR", "") == "whole"
BULK = 480 if WHOLE else 20  # households beside the twenty
MEMORY, LEAST_FREE_BYTES = Path("/dev/shm"), 2_000_000_000


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where there is room: nothing here is about power cuts, a year is many commits."""
    if not (MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > LEAST_FREE_BYTES):
        yield tmp_path_factory.mktemp("year")
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def year(ground: Path) -> Iterator[Year]:
    """The diary, run from its first line to its last."""
    made = Year(ground / "plain", BULK)
    made.run()
    yield made
    made.close()
