"""The headless demo names what did not do its part: a window, a slip, each simulator that is off."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno

from kiosk.demo import headless, story
from kiosk.demo.proof import code_on, one_digit_changed
from kiosk.demo.story import Step, Story, StoryError
from kiosk.demo.village import SIMULATORS
from kiosk.ui.inspect_client import Window
from kiosk.words import Words
from tests.e2e.command import start


@pytest.mark.timeout(120)
def test_a_window_that_says_another_balance_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", "")  # set by the demo, put back by this
    honest = Window.figure

    def wrong(window: Window, name: str) -> str:
        said = honest(window, name)
        return "39.5" if said == "38.5" else said

    monkeypatch.setattr(Window, "figure", wrong)
    with pytest.raises(StoryError, match=r"step 'account' .* 'balance' says '39\.5', the journal '38\.5'"):
        headless.tell(tmp_path / "out", "zh-CN")
    assert (tmp_path / "out" / "failed-account.png").exists()
    assert not (tmp_path / "out" / "index.html").exists()


@pytest.mark.timeout(120)
def test_an_altered_slip_does_not_pass_for_a_true_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", "")
    show = Story._show_slip_code

    def swapped(told: Story, step: Step, picture: str, verdict: str, number: str) -> None:
        code = one_digit_changed(code_on(told.out / picture))
        segno.make(code, micro=False).save(str(told.out / picture), scale=6, border=4)
        show(told, step, picture, verdict, number)

    _only((*NEEDED["printer"], "true-slip"), monkeypatch)
    monkeypatch.setattr(Story, "_show_slip_code", swapped)
    altered = Words()("ui.slip.altered").partition("。")[0]
    with pytest.raises(StoryError, match=f"step 'true-slip' failed; .*'message'.*{altered}"):
        headless.tell(tmp_path / "out", "zh-CN")


TO_THE_DESK = ("attract", "forged", "sign-in", "manager")
NEEDED = {  # the steps on the way to the first that a simulator is needed for, that one last
    "scanner": ("attract", "forged"),
    "idcard": ("attract", "account", "history", "identity"),
    "county": (*TO_THE_DESK, "line-cut"),
    "printer": (*TO_THE_DESK, "basket", "confirm", "done"),
}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("name", NEEDED)
def test_each_simulator_that_is_off_is_named(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", "")
    _only(NEEDED[name], monkeypatch)
    monkeypatch.setattr(story, "SHORT_WAIT_S", 5.0)
    with pytest.raises(StoryError, match=f"step '{NEEDED[name][-1]}' failed; the {name} did not do its part"):
        headless.tell(tmp_path / "out", "zh-CN", frozenset({name}))
    assert not (tmp_path / "out" / "index.html").exists()


@pytest.mark.timeout(180)
def test_the_command_ends_with_the_name_of_what_is_off(tmp_path: Path) -> None:
    run = start(tmp_path / "out", "--without", "camera")
    said, errors = run.communicate(timeout=170)
    assert run.returncode == 1, said
    assert "step 'account' failed; the camera did not do its part" in errors, errors
    assert not (tmp_path / "out" / "index.html").exists()
    assert {*NEEDED, "camera"} == set(SIMULATORS)


def _only(keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    """Stories of these steps alone."""
    whole = Story.plan
    monkeypatch.setattr(Story, "plan", lambda told: tuple(one for one in whole(told) if one[0] in keys))
