"""Points by tasks: real touches on a real terminal, and what the journal says afterwards."""

from __future__ import annotations

from kiosk.ui.inspect_client import texts
from tests.kiosk.ui.tasks_rig import GRID, REVIEWER, TasksRig


def test_points_for_many_by_one_rule(village: TasksRig) -> None:
    window, before = village.window, len(village.entries())
    village.enter(GRID, "points")
    window.tap("task-earn")
    window.tap("pick-civility")
    window.tap("pick-tidy-yard")
    window.wait_for("task-who", text="给哪些户加分")
    for household, home in (("0370103", "其＊格家 0103"), ("0370104", "欧阳＊家 0104")):
        village.do("scan", village.card(household))
        window.wait_for(text=home)
    village.do("scan", village.barcode("soap"))
    window.wait_for("task-who", where=lambda s: "不用扫码" in s["toast"])
    village.type("0105")
    window.tap("search")
    window.tap("found-0105")
    window.wait_for(text="刘＊家 0105")
    window.tap("next")
    window.tap("quick-usual")
    window.wait_for("task-number", text="哪一天")
    window.tap("quick-0")
    window.wait_for("task-photo")
    window.tap("take")
    window.tap("next")
    village.second(REVIEWER)
    shown = texts(window.wait_for("task-confirm", text="+2.5 分"))
    assert "其＊格家 0103、欧阳＊家 0104 等 3 户" in shown
    window.tap("back")
    window.wait_for("task-second")
    window.tap("back")
    window.wait_for("task-photo")
    window.tap("next")
    village.second(REVIEWER)
    window.tap("go", off=(12, 12))
    shown = texts(window.wait_for("task-done", text="2 户加好了，共 5 分"))
    assert "这件事已按“庭院整洁”计分，不再重复，请核对。" in shown, "who was left out is told why"
    made = village.entries(before)
    assert [(one.kind, one.actor, one.second, one.body["amount"]) for one in made] == [
        ("earn", GRID, REVIEWER, 25)
    ] * 2
    assert {one.body["hh"] for one in made} == {"0370104", "0370105"}
    assert made[0].body["ev"]
    window.tap("leave")
    window.wait_for("tasks")
