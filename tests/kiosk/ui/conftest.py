"""Windows for the tests of the screens: one per size, closed at the end, its log free of tracebacks."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.ui.rig import Rig
from tests.kiosk.ui.tasks_rig import TasksRig, make_village

USUAL = (1280, 800, "zh-CN")


class _Usual:
    """The window most journeys want, opened when it is first wanted and as new for each of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened = 0
        self.rig: Rig | None = None

    def anew(self, **screen: Any) -> Rig:
        """As just opened, with these settings of the screen."""
        if self.rig is None:
            folder = self._folder / f"window{self._opened}"
            folder.mkdir()
            self._opened += 1
            self.rig = Rig(folder, *USUAL)
        self.rig.do("anew", screen)
        return self.rig

    def close(self) -> None:
        """End it; the next journey gets another."""
        rig, self.rig = self.rig, None
        if rig is not None:
            rig.close()


@pytest.fixture(scope="session")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Usual]:
    """One for all modules: opening a window costs more than most journeys in it."""
    one = _Usual(tmp_path_factory.mktemp("usual"))
    yield one
    one.close()


@pytest.fixture
def open_rig(request: pytest.FixtureRequest, usual: _Usual, tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    """A window on a fake terminal: `open_rig(1280, 800, "en", idle_timeout_s=5)`."""
    rigs: list[Rig] = []
    failed = request.session.testsfailed

    def opened(width: int = 1280, height: int = 800, locale: str = "zh-CN", **screen: Any) -> Rig:
        if (width, height, locale) == USUAL and screen.keys() <= {"idle_timeout_s", "staff_timeout_s"}:
            return usual.anew(**screen)
        folder = tmp_path / f"window{len(rigs)}"
        folder.mkdir()
        rigs.append(Rig(folder, width, height, locale, **screen))
        return rigs[-1]

    yield opened
    for rig in rigs:
        rig.close()
    if usual.rig is not None:
        log = usual.rig.log.read_text()
        if "Traceback" in log or request.session.testsfailed > failed:
            usual.close()


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
