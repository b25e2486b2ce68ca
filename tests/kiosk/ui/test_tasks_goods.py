"""Goods by tasks: in, out, counted, ordered, sent; real touches on a real terminal."""

from __future__ import annotations

from typing import Any

from tests.kiosk.ui.tasks_rig import GRID, MANAGER, REVIEWER, SUPERVISOR, TasksRig


def next_waits(state: dict[str, Any]) -> bool:
    """Whether the way on can't be tapped yet."""
    return any(w["id"] == "next" and not w["enabled"] for w in state["widgets"])


def test_goods_come_in_with_lot_and_fund(village: TasksRig) -> None:
    window = village.window
    village.enter(MANAGER, "goods")
    village.play("receive", "#soap", "#soap")
    window.wait_for("task-goods", text="2 块")
    village.play_on("=240", "#rice5", "by-date", "=20301")
    window.wait_for("task-goods", text="还差 3 位", where=next_waits)
    village.play_on("=231", "next", "pick-collective", "=12", "next", "quick-0", "skip", f"+{REVIEWER}", "go")
    village.done("入库好了")
    (came,) = village.wrote("stock-receive")
    assert [lot[2:5] for lot in came.body["lots"]] == [
        [240, "", "collective"],
        [1, "2030-12-31", "collective"],
    ]
    assert came.body["resolution"] == "12" and came.body["meeting"] == came.day
    village.play("donate", "shelf", "shelf-*", "next", "@0370217", f"+{SUPERVISOR}", "go")
    village.done("谢谢捐赠")
    village.wrote("stock-donate")


def test_goods_leave_without_points(village: TasksRig) -> None:
    village.enter(MANAGER, "goods")
    village.play("issue", "#soap", "next", "pick-care", f"+{REVIEWER}", "go")
    village.done("出库好了")
    village.play("write-off", "#soap", "#vinegar", "remove", "next", "pick-damaged", "take", "next")
    village.play_on(f"+{REVIEWER}", "go")
    village.done("报损好了")
    village.play("send", "pick-38", "#soap", "=3", "next", "go")
    village.done("调出好了")
    _issued, off, sent = village.wrote("stock-issue", "stock-write-off", "stock-send")
    assert off.body["evidence"] and off.body["lots"][0][0] == "soap"
    assert sent.body["lots"][0][2] == 3
    village.play("labels", "pick-tag", "pick-*", "quick-1", "go")
    village.done("送去打印了")
    village.play("order", "shelf", "shelf-*", "=9", "next", "pick-later", "go")
    village.done("存成草稿了")
    village.play("order-send", "pick-*", "go")
    village.done("点单发出去了")
    village.wrote("goods-order", "goods-order")


def test_a_document_for_elsewhere_is_not_taken_in(village: TasksRig) -> None:
    village.enter(MANAGER, "goods")
    village.play("arrive", f"!G1:YS-38:1.2:38:0038-000001:20261123:SOAP*12**2:{'A' * 103}")
    village.done("发往别处")
    village.wrote()


def test_a_blind_stock_take(village: TasksRig) -> None:
    window = village.window
    village.enter(GRID, "goods")
    village.play("count-open", "pick-some", "pick-salt", "pick-towel", "next", "go")
    village.done("盘点表开好了，共 2 样")
    village.play("count-write", "line-salt", "=0", "line-towel", "=12")
    shown = [w["text"] for w in window.settled()["widgets"] if w["visible"]]
    assert "未填" not in shown and "0 袋" in shown
    village.play_on("next", "go")
    village.done("2 样要再数一遍")
    village.play("count-write", "line-salt", "=11", "line-towel", "=12", "next", "go")
    village.done("都填好了")
    village.wrote("count-open", "count-write", "count-write")
    village.enter(REVIEWER, "goods")
    village.play("count-approve", f"+{MANAGER}")
    window.wait_for("task-confirm", text="盘亏")
    village.play_on("go")
    village.done("审批好了")
    (counted,) = village.wrote("stock-count")
    assert {counted.actor, counted.second} == {MANAGER, REVIEWER}
    village.play("count-drop", "go")
    village.done("没有在盘的盘点表")
