"""Every kind of page that tasks have fits each window and its largest text, with a village's data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.ui.fits import faults, walls
from tests.kiosk.ui.tasks_rig import TasksRig
from tests.kiosk.ui.tasks_walk import walk

WINDOWS = [(1024, 600, "en", "large"), (1080, 1920, "zh-CN", "normal")]


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "height", "locale", "text_size"), WINDOWS)
def test_every_page_of_tasks_fits(
    seeded: tuple[Path, dict[str, Any]], tmp_path: Path, width: int, height: int, locale: str, text_size: str
) -> None:
    shutil.copytree(seeded[0], tmp_path / "data")
    rig = TasksRig(tmp_path, seeded[1], width, height, locale=locale, text_size=text_size)
    found: list[str] = []
    seen = set()
    try:
        for name, _state in walk(rig):
            state = rig.window.settled()
            seen.add(state["screen"])
            found += faults(name, state) + walls(name, rig.window)
    finally:
        rig.close()
    assert not found, "\n".join(found)
    assert len(seen) == 10, sorted(seen)
