"""What takes a tap: only what can be seen and tapped, from press to release, whatever the clock says."""

from __future__ import annotations

import pytest

from tests.kiosk.ui.touched import touched


def heard(what: str) -> list[str]:
    """What the button of `tappable_run` hears from its press on."""
    with touched("tests.kiosk.ui.tappable_run", what) as window:
        assert window.says() == "ready"
        window.press()
        assert window.says() == "pressed"
        window.lift()
        return window.rest()


@pytest.mark.timeout(90)
def test_only_what_is_still_there_is_tapped() -> None:
    assert heard("stays") == ["released", "lifted", "normal"]
    assert heard("goes") == ["lifted", "normal"]


@pytest.mark.timeout(90)
def test_what_nobody_could_tap_is_no_wall_before_what_can_be_tapped() -> None:
    assert heard("behind") == ["released", "lifted", "normal"]


@pytest.mark.timeout(90)
def test_a_clock_put_back_meanwhile_leaves_no_button_pressed() -> None:
    assert heard("clock") == ["released", "lifted", "normal"]
