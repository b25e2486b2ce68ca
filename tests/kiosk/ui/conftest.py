"""Windows for the tests of the screens: one per size, closed at the end, its log free of tracebacks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.kiosk.ui.rig import Rig


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
