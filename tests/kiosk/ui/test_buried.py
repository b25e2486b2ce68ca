"""Words that something drawn later lies over are found, and no others."""

from __future__ import annotations

from tests.kiosk.ui.touched import touched


def test_what_lies_under_a_ground_is_found() -> None:
    with touched("tests.kiosk.ui.buried_run") as window:
        assert window.says() == "under half-under"
