"""Points by tasks: real touches on a real terminal, and what the journal says afterwards."""

from __future__ import annotations

from kiosk.ui.inspect_client import texts
from tests.kiosk.ui.tasks_rig import GRID, MANAGER, REVIEWER, TasksRig


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
    window.tap("go")
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


def test_points_taken_corrected_lent_and_put_aside(village: TasksRig) -> None:
    window = village.window
    village.enter(MANAGER, "points")
    village.play("deduct", "@0370102", "pick-civility", "pick-*", "=99", "next", "quick-0", "take", "next")
    village.second(REVIEWER)
    window.tap("go")
    shown = village.done("这条细则每次")
    assert "什么都没有改动。" in shown
    village.wrote()
    window.tap("again")
    window.wait_for("task-confirm")
    for page in ("task-second", "task-photo", "task-number", "task-number"):
        window.tap("back")
        window.wait_for(page)
    for move in ("quick-usual", "next", "next", f"+{REVIEWER}", "go"):
        if move == "next":
            window.wait_for(where=lambda s: s["screen"] in ("task-number", "task-photo"))
        village.play_on(move)
    village.done("扣好了")
    (deducted,) = village.wrote("deduct")
    assert deducted.body["ev"] and deducted.second == REVIEWER
    village.play("correct", "@0370102", "pick-*", "pick-mistake", f"+{REVIEWER}", "go")
    village.done("更正好了")
    village.play("borrow", "@0370101", "=1", "next", f"+{REVIEWER}", "go")
    village.done("借好了 1 分")
    village.play("repay", "@0370101", "quick-all", "go")
    village.done("还剩 0 分待还")
    village.play("save", "@0370103", "=2.5", "next", "go")
    village.done("存下 2.5 分")
    village.play("unsave", "@0370103", "quick-all", "go")
    village.done("存下 0 分")
    made = village.wrote("reverse", "borrow", "repay", "save", "unsave")
    assert (made[1].actor, made[1].second, made[1].body["amount"]) == (MANAGER, REVIEWER, 10)
    assert made[3].body["amount"] == made[4].body["amount"] == 25


def test_an_activity_from_announcement_to_points(village: TasksRig) -> None:
    window = village.window
    village.enter(GRID, "points")
    study = ("pick-study", "pick-study-talk")
    village.play("activity-new", *study, "pick-talk", "pick-hall", "quick-0", "quick-09:00", "pick-yes", "go")
    village.done("活动开好了")
    village.play("activity-sign", "pick-*", "@0370103", "@0370104")
    window.wait_for("task-who", text="欧阳＊家 0104 签到好了")
    village.do("scan", "S1:nobody")
    window.wait_for("task-who", where=lambda s: "不用扫码" in s["toast"])
    village.play_on("=0105", "search", "found-0105")
    window.wait_for("task-who", text="刘＊家 0105 签到好了")
    village.play_on("next")
    village.done("这次活动共 3 户")
    village.play("activity-credit", "pick-*", "skip", f"+{REVIEWER}", "go")
    village.done("加好了")
    made = village.wrote("activity", *["sign-in"] * 3, *["earn"] * 3, "credit")
    assert made[0].body["time"] == "09:00"
    assert [one.body["how"] for one in made[1:4]] == ["card:1", "card:1", "desk:other"]
    village.play("activity-new", *study, "pick-talk", "pick-hall", "quick-0", "quick-14:00", "pick-no", "go")
    village.done("活动开好了")
    village.play("activity-off", "pick-*", "pick-weather", "go")
    village.done("活动取消了")
    assert village.wrote("activity", "activity-off")[1].body["why"] == "weather"


def test_a_visit_that_ends_forgets_the_task(village: TasksRig) -> None:
    window = village.window
    village.enter(MANAGER, "points")
    village.play("save", "@0370217", "=7")
    window.wait_for("task-number", text="7 分")
    window.tap("home")
    window.wait_for(where=lambda s: s["screen"] not in ("task-number", "tasks"))
    village.open("points")
    village.play("borrow", "@0370103")
    window.wait_for("task-number", text="请按数字")
    assert not any("7 分" in w["text"] for w in window.state()["widgets"] if w["visible"])
    village.do("leave")
    state = window.wait_for("attract")
    assert "0103" not in str(state["widgets"]) and state["staff"] == ""
