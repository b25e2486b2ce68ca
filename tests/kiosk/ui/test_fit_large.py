"""The largest text that a small window offers still fits it, on every page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.kiosk.ui.rig import Rig
from tests.kiosk.ui.test_fit import all_fits

LARGE = [(1280, 800, "largest"), (1024, 600, "large")]  # the largest that are offered there


@pytest.mark.parametrize(("width", "height", "text_size"), LARGE)
def test_large_text_fits(open_rig: Callable[..., Rig], width: int, height: int, text_size: str) -> None:
    all_fits(open_rig(width, height, text_size=text_size))
