"""Windows for the tests of the screens: one per size, closed at the end, its log free of tracebacks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.ui.rig import Rig
from tests.kiosk.ui.tasks_rig import TasksRig, make_village


@pytest.fixture
def open_rig(tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """Open a window on a fake terminal: `open_rig(1280, 800, "en", idle_timeout_s=5)`."""
    rigs: list[Rig] = []

    def opened(width: int = 1280, height: int = 800, locale: str = "zh-CN", **screen: Any) -> Rig:
        folder = tmp_path / f"window{len(rigs)}"
        folder.mkdir()
        rigs.append(Rig(folder, width, height, locale, **screen))
        return rigs[-1]

    yield opened
    for rig in rigs:
        rig.close()


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A village on disk, seeded once: copy it before use."""
    folder = tmp_path_factory.mktemp("village") / "data"
    return folder, make_village(folder)


@pytest.fixture(scope="module")
def village(
    seeded: tuple[Path, dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TasksRig]:
    """A window on a real terminal of that village, shared by the journeys of a module."""
    folder = tmp_path_factory.mktemp("window")
    shutil.copytree(seeded[0], folder / "data")
    rig = TasksRig(folder, seeded[1], 1280, 800)
    yield rig
    rig.close()
