"""What goes another way than usual at the desk and in the bar, by real clicks on a real window."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.ui.inspect_client import texts
from tests.kiosk.ui import fake
from tests.kiosk.ui.rig import Rig, chosen, shows

Open = Callable[..., Rig]


def test_too_little_and_too_few_are_said_before_anybody_confirms(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    rig.do("scan", fake.CARD_331)
    window.wait_for("redeem")
    rig.do("scan", "6901234000017")
    window.wait_for("redeem", text="积分不够，还差 15.5 分", where=shows("confirm", enabled=False))
    window.tap("clear")
    window.wait_for("redeem", text="请扫第一件商品", where=shows("clear", enabled=False))
    rig.do("scan", fake.CARD_217)
    window.wait_for("redeem", text="尾号 0217")
    rig.do("scan", "6901234000109")
    window.wait_for("redeem", text="抽纸 3包只剩 0 件", where=shows("confirm", enabled=False))
    rig.do("scan", fake.CARD_331)
    window.wait_for("redeem", where=lambda s: "篮子里还有商品" in s["toast"], text="尾号 0217")


def test_no_card_at_hand(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    window.tap("find")
    window.wait_for("find", where=shows("search", enabled=False))
    for digit in "9999":
        window.tap(f"key-{digit}")
    window.tap("search")
    window.wait_for("find", text="没有找到这一户")
    window.tap("key-clear")
    window.tap("reason-torn")
    window.wait_for("find", where=chosen("reason-torn", "by-number"))
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
        assert window.wait_for("message", text=words)["code"] == code
        window.tap("ok")
        window.wait_for("attract")


def test_other_codes_and_stale_scans(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("scan", fake.CARD_217, 6.0)
    rig.do("scan", "6901234000048")
    window.wait_for("message", text="大豆油 5升，35 分一桶")
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
    window.wait_for("sign-in", text="请出示工作卡", where=shows("sign-in", enabled=False))
    rig.do("scan", fake.STAFF_CARD)
    window.wait_for("sign-in", text="李＊梅，您好")
    for _ in range(6):
        window.tap("key-1")
    window.tap("sign-in")
    window.wait_for("sign-in", text="还可以试 4 次", where=shows("sign-in", enabled=False))
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


def test_a_household_by_identity_number(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    window.tap("find")
    window.tap("by-identity")
    wrong = fake.IDENTITY_NUMBER[:-1] + "1"
    for number, words in ((wrong, "身份证号不对"), (fake.IDENTITY_NUMBER, "欧阳＊家")):
        window.wait_for("find", text="只显示最后四位", where=shows("search", enabled=False))
        for key in number:
            window.tap(f"key-{key}")
        state = window.wait_for("find", text=f"•{number[-4:]}", where=shows("search"))
        assert number[:6] not in " ".join(texts(state)), "only the last four are shown"
        window.tap("search")
        state = window.wait_for("find", text=words)
        assert not any(number[-4:] in text for text in texts(state)), "nothing of it stays"
    window.tap("found-0331")
    window.wait_for("redeem", text="尾号 0331")


def test_an_identity_card_disturbs_nothing_that_is_being_confirmed(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("identity", fake.IDENTITY_NUMBER, 6)  # older than anybody waits
    rig.do("identity", fake.IDENTITY_NUMBER[:-1] + "1")
    window.wait_for("attract", where=lambda s: "身份证没读清楚" in s["toast"])
    rig.sign_in()
    rig.basket()
    window.tap("confirm")
    window.wait_for("confirm")
    rig.do("identity", fake.IDENTITY_NUMBER)
    window.wait_for("confirm", where=lambda s: "请先确认" in s["toast"] and s["household_tail"] == "0217")


def test_the_next_card_on_the_last_page_begins_anew(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    rig.basket()
    window.tap("confirm")
    window.tap("yes")
    window.wait_for("done", text="凭条已经打好")
    rig.do("scan", fake.CARD_331)
    window.wait_for("redeem", text="请扫第一件商品", where=lambda s: s["household_tail"] == "0331")


def test_what_has_to_be_looked_after_is_listed(open_rig: Open) -> None:
    rig = open_rig()
    rig.sign_in()
    for words in (
        ("health", "printer", "printer", "lost", "paper-out"),
        ("health", "gun", "serial-scanner", "ok", ""),
        ("health", "camera", "camera", "warning", ""),
    ):
        rig.do(*words)
    rig.window.wait_for("manager", text="摄像头要看一下")
    state = rig.window.settled()
    rows = [w["text"] for w in sorted(state["widgets"], key=lambda w: w["y"]) if w["visible"]]
    devices = [text for text in rows if text in ("摄像头", "扫码枪", "打印机")]
    assert devices == ["摄像头", "扫码枪", "打印机"]
    assert rows.index("打印机没纸了") < rows.index("摄像头要看一下") < rows.index("大豆油 5升只剩 3 桶")
    assert "换好纸、合上盖子" in rows


def test_what_is_said_aloud_and_how_to_silence_it(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    window.wait_for(where=lambda s: not any(w["id"] == "speak" and w["visible"] for w in s["widgets"]))
    rig.do("health", "speech", "speech", "ok", "")
    rig.do("scan", fake.CARD_217)
    window.wait_for("account", text="静音", where=shows("speak"))
    balance = ["尾号 0217，您现在能用的积分是 38.5 分", "zh-CN"]
    assert rig.said[-1] == balance
    window.tap("speak")
    window.wait_for("account", text="朗读")
    assert rig.said[-1] == ["", "zh-CN"]
    window.tap("speak")
    window.wait_for("account", text="静音")
    assert rig.said[-1] == balance
    rig.do("health", "speech", "speech", "absent", "")
    window.wait_for(where=lambda s: not any(w["id"] == "speak" and w["visible"] for w in s["widgets"]))


def test_the_amount_is_said_where_the_resident_agrees(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.sign_in()
    rig.basket()
    window.tap("confirm")
    window.wait_for("confirm")
    assert rig.said[-1] == ["一共扣 28 分，同意请按红色按钮", "zh-CN"]
    window.tap("yes")
    window.wait_for("done")
    assert rig.said[-1] == ["兑换好了，扣 28 分，还剩 10.5 分", "zh-CN"]
    window.tap("next")
    window.wait_for("next")
    assert rig.said[-1][0] == "", "nothing of the last person is said on"
    assert not any("*" in sentence or "＊" in sentence for sentence, _ in rig.said)
