"""A finger lifted from what is no longer on the screen taps nothing."""

from __future__ import annotations

import pytest

from tests.kiosk.ui.touched import touched


def heard(*words: str) -> list[str]:
    """What the button of `tappable_run` hears from its press on."""
    with touched("tests.kiosk.ui.tappable_run", *words) as window:
        assert window.says() == "ready"
        window.press()
        assert window.says() == "pressed"
        window.lift()
        return window.rest()


@pytest.mark.timeout(90)
def test_only_what_is_still_there_is_tapped() -> None:
    assert heard("stays") == ["released", "lifted"]
    assert heard() == ["lifted"]
