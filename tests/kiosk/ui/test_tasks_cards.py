"""Cards and closings by tasks: real touches on a real terminal."""

from __future__ import annotations

from tests.kiosk.ui.tasks_rig import GRID, MANAGER, REVIEWER, TasksRig


def test_a_card_is_lost_replaced_and_has_a_pin(village: TasksRig) -> None:
    window = village.window
    village.enter(MANAGER, "cards")
    village.play("pin-set", "@0370103", "=246810")
    assert "246810" not in str(window.state()["widgets"])
    village.play_on("next")
    window.wait_for("task-confirm", text="●●●●●●")
    village.play_on("go")
    village.done("密码设好了")
    village.play("pin-clear", "@0370103", "go")
    village.done("密码取消了")
    village.play("card-lost", "=0103", "search", "found-0103", "go")
    village.done("挂失好了")
    village.play("card-lost")
    window.wait_for("task-who")
    village.hold(village.card("0370103"))
    window.wait_for("task-who", where=lambda s: "已挂失" in s["toast"])
    window.tap("back")
    village.play("card-new", "=0103", "search", "found-0103", "pick-lost")
    window.wait_for("task-second")
    village.do("scan", village.staff(MANAGER)[0])
    window.wait_for("task-second", where=lambda s: "不能是自己的" in s["toast"])
    village.do("scan", village.staff(GRID)[0])
    village.play_on(f"={village.staff(GRID)[1]}", "sign")
    window.wait_for("task-second", text="您的岗位不办这件事")
    village.play_on(f"+{REVIEWER}", "go")
    village.done("办好了，旧卡作废")
    village.play("card-list", "=0103", "search", "found-0103")
    shown = village.done("张卡")
    assert "已挂失" in shown and "在用" in shown
    village.wrote("pin-set", "pin-set", "card-lost", "card-bind")


def test_pins_and_cards_of_staff(village: TasksRig) -> None:
    """Of a member of the panel whom no other journey needs; the manager's own PIN is changed back."""
    old, other = village.staff(MANAGER)[1], "P037C"
    village.enter(MANAGER, "staff")
    village.play("staff-list")
    shown = village.done("管理员")
    village.window.tap("page-next")
    shown += village.done("技术员")
    assert {one["id"] for one in village.demo["staff"]} <= set(shown)
    assert any("＊" in text for text in shown), "names are masked"
    for before, after in ((old, "864202"), ("864202", old)):
        village.play("staff-pin", f"={before}", "next", f"={after}", "next", "go")
        village.done("密码改好了")
    village.play("staff-reset", f"pick-{other}", "pick-forgot", "=975310", "next", f"+{REVIEWER}", "go")
    village.done("请本人在单子上签字")
    village.play("staff-card", f"pick-{other}", "pick-lost", f"+{REVIEWER}", "go")
    village.done("旧卡停用")
    village.play("staff-stop", f"pick-{other}", "pick-left", "go")
    village.done("停用了")
    made = village.wrote("staff-pin", "staff-pin", "staff-reset", "staff-card", "staff-stop")
    assert not any(pin in str(one.body) for one in made for pin in ("864202", "975310"))


def test_day_and_month_are_closed(village: TasksRig) -> None:
    window = village.window
    village.prepare("sold")
    village.enter(MANAGER, "day")
    village.play("day-close", "=0", "next")
    window.wait_for("task-confirm", text="兑换扣分")
    village.play_on("go")
    village.done("可是存根少")
    village.play("day-close", "skip", "go")
    village.done("已经结过账")
    village.play("month-close", "quick-this", "go")
    village.done("结账好了")
    closed, _month = village.wrote("day-close", "month-close")
    assert closed.body["stubs"] == 0
    village.play("close-year", "quick-yesterday", f"+{REVIEWER}", "go")
    village.done("没有")
    village.play("day-open", "=20200101", "next", "go")
    village.done("日期")
    village.wrote()
