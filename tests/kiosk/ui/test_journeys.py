"""What people do at the terminal, step by step, with real clicks on a real window."""

from __future__ import annotations

import json
from collections.abc import Callable

from kiosk.ui.inspect_client import texts
from tests.kiosk.ui import fake
from tests.kiosk.ui.rig import Rig, shows

Open = Callable[..., Rig]


def test_a_resident_looks_at_points_history_and_shelf(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    window.wait_for("attract", text="请出示积分卡")
    rig.do("scan", fake.CARD_217)
    window.wait_for("account", text="38.5")
    shown = texts(window.wait_for("account", text="+2.5"))
    assert "张＊山家，您好" in shown
    assert "户号尾号 0217" in shown
    assert not any("张大山" in text for text in shown), "the whole name is nobody's business"
    assert {"+1", "+0.5", "+2", "+2.5"} <= set(shown)
    window.tap("history")
    shown = texts(window.wait_for("history", text="凭条 0037-001270"))
    assert "−26" in shown
    window.tap("back")
    window.wait_for("account", text="38.5")
    window.tap("see-all")
    window.wait_for("shelf", text="换完了")
    window.tap("back")
    window.wait_for("account")
    window.tap("exit")
    state = window.wait_for("attract")
    assert state["household_tail"] == ""
    assert "张" not in json.dumps(state, ensure_ascii=False)


def test_the_page_closes_by_itself_and_keeps_nothing(open_rig: Open) -> None:
    rig = open_rig(idle_timeout_s=5)
    window = rig.window
    rig.do("scan", fake.CARD_217)
    window.wait_for("account", text="3 秒后退出 · 再看一会儿")
    window.tap("more-time")
    state = window.wait_for("account", where=lambda s: s["seconds_left"] >= 4)
    state = window.wait_for("attract", timeout_s=12)
    assert state["household_tail"] == "" and state["seconds_left"] == -1
    assert not any("0217" in text or "38.5" in text for text in texts(state))


def test_the_next_card_replaces_the_last_resident(open_rig: Open) -> None:
    rig = open_rig()
    rig.do("scan", fake.CARD_217)
    rig.window.wait_for("account", text="38.5")
    rig.do("scan", fake.CARD_331)
    state = rig.window.wait_for("account", text="欧阳＊家，您好")
    assert "4.5" in texts(state) and "38.5" not in texts(state)
    assert any("还差" in text for text in texts(state)), "what cannot be afforded says what is missing"


def test_a_manager_redeems_three_goods(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    assert "管理员 李＊梅" in texts(window.state())
    rig.do("scan", "6901234000017")
    window.wait_for("manager", where=lambda s: "先刷" in s["toast"])
    rig.basket()
    window.wait_for("redeem", text="请居民确认 28 分")
    window.tap("more-soap")
    window.wait_for(text="请居民确认 31 分")
    window.tap("less-soap")
    window.wait_for(text="请居民确认 28 分", where=shows("confirm"))
    window.tap("confirm")
    shown = texts(window.wait_for("confirm", text="现在有 38.5 分，换完还剩 10.5 分"))
    assert "28" in shown
    window.tap("yes")
    shown = texts(window.wait_for("done", text="凭条已经打好"))
    assert {"28 分", "10.5 分", "0037-001284"} <= set(shown)
    window.tap("next")
    state = window.wait_for("next")
    assert state["household_tail"] == "" and state["staff"] == "M037A"


def test_the_slip_is_not_printed_then_it_is(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("set", "print_reason", "paper-out")
    rig.sign_in()
    rig.basket()
    window.tap("confirm")
    window.tap("yes")
    window.wait_for("not-printed", text="打印机没纸了")
    window.tap("reprint")
    window.wait_for("not-printed", text="正在打，请稍候")
    rig.do("print", "unknown", "paper-out")
    window.wait_for("not-printed", text="打印机没纸了。换好纸、合上盖子，凭条会自动打出来。")
    rig.do("print", "unknown", "unplugged")
    window.wait_for("not-printed", text="请看一眼打印机")
    rig.do("print", "printed", "")
    window.wait_for("done", text="凭条已经打好")
    rig.do("print", "unknown", "no-proof")
    window.wait_for("done", text="请看一眼打全没有")


def test_the_same_basket_again_is_asked_and_may_be_left(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("set", "ask_duplicate", True)
    rig.sign_in()
    rig.basket()
    window.tap("confirm")
    window.tap("yes")
    window.wait_for(where=lambda s: s["dialog"], text="2 分钟内换过一样的东西")
    window.wait_for(where=lambda s: s["dialog"], text="还要再扣 28 分吗")
    window.wait_for(where=lambda s: s["dialog"], text="同意，扣 28 分")  # behind it: nothing is written yet
    window.wait_for(where=lambda s: s["dialog"], text="大米 5公斤×1、肥皂×2、陈醋 500毫升×1")
    rig.do("scan", fake.CARD_331)
    window.wait_for(where=lambda s: s["dialog"] and "请稍等" in s["toast"])
    window.tap("dialog-no")
    window.wait_for("redeem", text="请居民确认 28 分")
    window.tap("confirm")
    window.tap("yes")
    window.tap("dialog-yes")
    window.wait_for("done", text="10.5 分")
