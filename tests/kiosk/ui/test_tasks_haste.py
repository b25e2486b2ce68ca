"""A hurried hand at the tasks: what is tapped or shown before the next question has come counts for none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kiosk.ui.tasks_rig import GRID, TasksRig, make_village

HELD_S = 1.0


@pytest.mark.timeout(240)
def test_two_taps_and_a_card_before_the_next_question(tmp_path: Path) -> None:
    rig = TasksRig(tmp_path, make_village(tmp_path / "data"), 1024, 600)
    try:
        rig.enter(GRID, "points")
        rig.play("earn", "pick-civility", "pick-tidy-yard", "@0370103")
        rig.window.wait_for("task-who", text="0103")
        rig.do("hold", HELD_S)
        rig.window.tap_all(["next", "next"])
        rig.do("scan", rig.card("0370104"))
        toast = rig.window.wait_for(where=lambda state: bool(state["toast"]))
        assert (toast["screen"], toast["step"]) == ("task-who", "who")
        rig.window.wait_for("task-number")
    finally:
        rig.close()
