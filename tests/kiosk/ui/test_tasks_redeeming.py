"""What happens after goods were handed out, by tasks: real touches on a real terminal."""

from __future__ import annotations

from tests.kiosk.ui.tasks_rig import GRID, MANAGER, REVIEWER, TasksRig


def test_goods_come_back_and_a_redemption_is_undone(village: TasksRig) -> None:
    village.prepare("sold")
    village.prepare("sold")
    village.enter(MANAGER, "redeem")
    village.play("return", "@0370217", "pick-*", "pick-soap", "next", "=1", "next", "pick-damaged")
    village.play_on("pick-goods", f"+{REVIEWER}", "go")
    village.done("退货办好了")
    back, off = village.wrote("return", "stock-write-off")
    assert (back.actor, back.second, back.body["lines"][0][:2]) == (MANAGER, REVIEWER, ["soap", 1])
    assert off.body["why"] == "returned-damaged"
    village.play("void", "@0370217", "pick-*", "pick-mistake", f"+{REVIEWER}", "go")
    shown = village.done("这笔已办过退货")
    assert "什么都没有改动。" in shown
    village.window.tap("again")
    for _ in range(3):
        village.window.tap("back")
    sale = village.entries()[-4]
    assert sale.kind == "redeem"
    village.play_on(f"pick-{sale.epoch}-{sale.seq}", "pick-mistake", f"+{REVIEWER}", "go")
    village.done("撤销好了")
    village.wrote("void")


def test_somebody_asks_to_undo_and_another_decides(village: TasksRig) -> None:
    village.prepare("sold")
    village.enter(MANAGER, "redeem")
    village.play("void-ask", "@0370217", "pick-*", "pick-goods", "go")
    village.done("待复核")
    village.play("void-decide", "pick-*", "pick-grant", "go")
    village.done("要两个人办")
    village.wrote("void-ask")
    village.enter(REVIEWER, "redeem")
    village.play("void-decide", "pick-*", "pick-grant", "go")
    village.done("复核好了")
    (granted,) = village.wrote("void-grant")
    assert granted.actor == REVIEWER
    village.play("void-decide")
    village.window.wait_for("task-pick", text="没有待复核的撤销申请")
    village.window.tap("back")
    village.window.wait_for("tasks")


def test_goods_are_brought_to_the_door(village: TasksRig) -> None:
    village.prepare("to bring")
    village.enter(GRID, "redeem")
    village.play("deliver", "pick-*", "pick-neighbour", "@0370103", "go")
    village.done("签收记好了")
    (delivered,) = village.wrote("deliver")
    assert delivered.actor == GRID


def test_a_slip_is_checked_by_its_code(village: TasksRig) -> None:
    window = village.window
    code = village.prepare("slip code")
    village.enter(REVIEWER, "redeem")
    village.play("check-slip")
    window.wait_for("task-scan")
    village.do("scan", village.card("0370103"))
    window.wait_for("task-scan", where=lambda s: "不是这种码" in s["toast"])
    village.play_on(f"!{code}")
    village.done("这张凭条是真的")
    village.play("check-slip", f"!{code[:-1]}{'A' if code[-1] != 'A' else 'B'}")
    village.done("和账上对不上")
    village.wrote()
