"""What people do at the terminal, step by step, with real clicks on a real window."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from kiosk.ui.inspect_client import texts
from tests.kiosk.ui import fake
from tests.kiosk.ui.rig import Rig

Open = Callable[..., Rig]


def enabled(widget_id: str, on: bool = True) -> Callable[[dict[str, Any]], bool]:
    return lambda state: any(
        w["id"] == widget_id and w["enabled"] is on and w["visible"] for w in state["widgets"]
    )


def test_a_resident_looks_at_points_history_and_shelf(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    window.wait_for("attract", text="请出示积分卡")
    rig.do("scan", fake.CARD_217)
    shown = texts(window.wait_for("account", text="38.5"))
    assert "张＊山家，您好" in shown
    assert "户号尾号 0217" in shown
    assert not any("张大山" in text for text in shown), "the whole name is nobody's business"
    assert {"+1", "+0.5", "+2", "+2.5", "+0"} <= set(shown)
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
    window.wait_for("account", text="再看一会儿 · 3 秒")
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
    window.wait_for(text="请居民确认 28 分", where=enabled("confirm"))
    window.tap("confirm", off=(12, 12))
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


def test_the_same_basket_again_is_asked_and_may_be_left(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("set", "ask_duplicate", True)
    rig.sign_in()
    rig.basket()
    window.tap("confirm")
    window.tap("yes")
    window.wait_for(where=lambda s: s["dialog"], text="2 分钟内换过一样的东西")
    rig.do("scan", fake.CARD_331)
    window.wait_for(where=lambda s: s["dialog"] and "请稍等" in s["toast"])
    window.tap("dialog-no")
    window.wait_for("redeem", text="请居民确认 28 分")
    window.tap("confirm")
    window.tap("yes")
    window.tap("dialog-yes")
    window.wait_for("done", text="10.5 分")


def test_too_little_and_too_few_are_said_before_anybody_confirms(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    rig.do("scan", fake.CARD_331)
    window.wait_for("redeem")
    rig.do("scan", "6901234000017")
    window.wait_for("redeem", text="积分不够，还差 15.5 分", where=enabled("confirm", False))
    window.tap("clear")
    window.wait_for("redeem", text="请扫第一件商品", where=enabled("clear", False))
    rig.do("scan", fake.CARD_217)
    window.wait_for("redeem", text="尾号 0217")
    rig.do("scan", "6901234000109")
    window.wait_for("redeem", text="卷纸 10卷只剩 0 件", where=enabled("confirm", False))
    rig.do("scan", fake.CARD_331)
    window.wait_for("redeem", where=lambda s: "篮子里还有商品" in s["toast"], text="尾号 0217")


def test_no_card_at_hand(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    window.tap("find")
    window.wait_for("find", where=enabled("search", False))
    for digit in "9999":
        window.tap(f"key-{digit}")
    window.tap("search")
    window.wait_for("find", text="没有找到这一户")
    window.tap("key-clear")
    window.tap("reason-torn")
    for digit in "0217":
        window.tap(f"key-{digit}")
    window.tap("search")
    window.tap("found-0217")
    window.wait_for("redeem", text="4 口人 · 尾号 0217")


def test_every_refusal_is_words_and_leads_on(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    for scanned, code, words in (
        (fake.CARD_FORGED, "card-forged", "这张卡不对"),
        ("P1:YS:0379999:1:" + "A" * 103, "card-unknown", "这张卡还没有登记"),
        ("6999999999994", "unknown-barcode", "货架上没有这个条码"),
        ("https://example.org/" + "x" * 4000, "not-a-card", "这不是积分卡"),
        ("\x1b[2J\x00", "not-a-card", "这不是积分卡"),
        (fake.STAFF_CARD[:-1] + "X", "staff-card-forged", "工作卡不对"),
    ):
        rig.do("scan", scanned)
        window.wait_for("message", text=words, where=lambda s, code=code: s["code"] == code)
        window.tap("ok")
        window.wait_for("attract")


def test_other_codes_and_stale_scans(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("scan", fake.CARD_217, 6.0)
    rig.do("scan", "6901234000048")
    window.wait_for("message", text="大豆油 5升，35 分一件")
    window.tap("ok")
    window.wait_for("attract")
    rig.do("scan", fake.SLIP)
    window.wait_for("message", text="这张凭条是真的")
    window.tap("ok")
    window.wait_for("attract")
    rig.do("scan", fake.SLIP[:-1] + "X")
    window.wait_for("message", text="对不上")


def test_wrong_pins_are_counted_and_scans_do_not_type(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    window.tap("staff")
    window.wait_for("sign-in", text="请出示工作卡", where=enabled("sign-in", False))
    rig.do("scan", fake.STAFF_CARD)
    window.wait_for("sign-in", text="李＊梅，您好")
    for _ in range(6):
        window.tap("key-1")
    window.tap("sign-in")
    window.wait_for("sign-in", text="还可以试 4 次", where=enabled("sign-in", False))
    rig.do("scan", "6901234000017")
    window.wait_for("message", text="大米")
    window.tap("ok")
    window.wait_for("attract")


def test_language_and_text_size_change_where_one_stands(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("scan", fake.CARD_217)
    before = window.wait_for("account", text="现在能用的积分")
    window.tap("language")
    window.wait_for("account", text="Points you can use now")
    window.tap("language")
    window.wait_for("account", text="现在能用的积分")
    window.tap("text-size")
    after = window.wait_for(
        "account", where=lambda s: min(w["font"] for w in s["widgets"] if "font" in w and w["visible"]) >= 22
    )
    assert min(w["font"] for w in before["widgets"] if "font" in w and w["visible"]) >= 18
    assert after["screen"] == "account"


def test_the_line_and_waiting_entries_stand_in_the_bar(open_rig: Open) -> None:
    rig = open_rig()
    rig.window.wait_for("attract", text="已联网")
    rig.do("line", False, 3)
    rig.window.wait_for("attract", text="离线 · 待上传 3 笔")
    rig.do("line", True, 0)
    rig.window.wait_for("attract", text="已联网")
