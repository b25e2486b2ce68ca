"""What residents do alone, step by step, with real clicks; several ways in one window."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.ui.inspect_client import texts
from tests.kiosk.ui import fake
from tests.kiosk.ui.rig import Rig, chosen, shows

Open = Callable[..., Rig]
PUSHED = 150  # px


def _on(state: dict[str, Any], name: str) -> bool:
    """Whether that button can be tapped."""
    return any(w["id"] == name and w["enabled"] for w in state["widgets"])


def test_points_explained_line_by_line_and_an_appeal(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("scan", fake.CARD_217)
    window.wait_for("account", text="38.5")
    window.tap("pots")
    shown = texts(window.wait_for("pots", text="存下的积分"))
    assert {"38.5", "10", "8", "0"} <= set(shown)
    assert any("12月31日" in text for text in shown)
    window.tap("back")
    window.wait_for("account")
    window.tap("history")
    shown = texts(window.wait_for("history", text="凭条 0037-001270"))
    assert {"−26", "+2", "−0.5"} <= set(shown)
    window.tap("row-1-1")
    shown = texts(window.wait_for("why", text="大米 5公斤×1"))
    assert not shows("appeal")(window.state()), "goods are not appealed against here"
    window.tap("back")
    window.wait_for("history", text="+2")
    window.tap("row-1-0")
    window.wait_for("why", text="第 3 版")
    assert rig.remains("赵＊云") == ["why: 赵＊云"], "further down, and masked"
    assert not any("赵小云" in text or "party-volunteer" in text for text in texts(window.state()))
    window.tap("appeal")
    window.wait_for("appeal", text="请先选一个原因")
    window.tap("ground-other")
    window.wait_for("appeal", where=chosen("ground-other"))
    window.tap("ground-amount")
    window.wait_for("appeal", where=chosen("ground-amount"))
    window.tap("note")
    window.wait_for("appeal-note")
    window.tap("take")
    window.wait_for("appeal", text="字条拍好了")
    window.tap("send")
    window.wait_for("message", text="已经受理，编号 0037-001")
    window.tap("ok")
    window.wait_for("account")
    window.tap("appeal")
    window.wait_for("history", text="您对哪一笔有疑问")
    assert not shows("row-1-1")(window.state()), "only what can be appealed against is offered"
    window.tap("row-1-0")
    window.wait_for("appeal")
    window.tap("ground-unfair")
    window.tap("send")
    state = window.wait_for("message", where=lambda s: s["code"] == "appeal-open")
    window.tap("ok")
    state = window.wait_for("account")
    assert state["household_tail"] == "0217"


def test_shelf_search_votes_reservation_statement(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("scan", fake.CARD_217)
    window.wait_for("account", text="38.5")
    window.tap("see-all")
    window.wait_for("shelf", text="换完了")
    window.tap("show-affordable")
    window.wait_for("shelf", where=lambda s: shows("good-oil5")(s) and not shows("good-tissue")(s))
    window.tap("show-all")
    window.tap("search")
    for letter in "DDX":
        window.tap(f"key-{letter}")
    window.wait_for("shelf", text="没有这样的商品")
    window.tap("key-back")
    window.wait_for("shelf", where=lambda s: shows("good-oil5")(s) and not shows("good-rice5")(s))
    window.tap("good-oil5")
    window.wait_for("good", text="换了还剩 3.5 分")
    window.tap("want")
    window.wait_for("good", text="记下了")
    window.tap("back")
    window.wait_for("shelf", text="DD")
    window.tap("wishes")
    window.wait_for("wishes", text="12 户想要")
    window.wait_for("wishes", where=chosen())
    window.tap("wish-quilt")
    window.wait_for("wishes", text="13 户想要", where=chosen("wish-quilt"))
    window.tap("wish-quilt")
    window.wait_for("message", where=lambda s: s["code"] == "wish-already")
    window.tap("ok")
    window.wait_for("account")
    window.tap("reserve")
    window.wait_for("reserve", where=shows("more-rice5"))
    window.tap("more-rice5")
    window.wait_for("reserve", where=lambda s: not _on(s, "more-rice5"))
    window.tap("more-soap")
    shown = texts(window.wait_for("reserve", text="预约，占用 17.5 分"))
    window.wait_for("reserve", text="30 分 · 剩下的分不够", where=shows("more-oil5", enabled=False))
    assert "21" in shown, "one bag of rice is the most"
    window.tap("reserve")
    window.wait_for("reserved", text="12月15日来领")
    window.wait_for("reserved", text="42")
    window.wait_for("reserved", text="预约好了")
    window.tap("ok")
    window.wait_for("account", text="21")
    window.tap("reserve")
    window.wait_for("reserved", text="您的预约")
    window.tap("back")
    window.wait_for("account")
    window.tap("print")
    window.wait_for("message", text="明细单正在打印")
    rig.do("set", "collective", "later")
    rig.do("scan", fake.CARD_331)
    window.wait_for("account", text="4.5")
    window.tap("reserve")
    window.wait_for("reserve", text="下次集中兑换是12月15日")


def test_the_board_for_everybody(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    window.wait_for("attract", text="12月15日集中兑换")
    window.tap("see-honours")
    shown = texts(window.wait_for("board", text="美丽庭院示范户"))
    assert any("张＊山" in text for text in shown) and not any("大山" in text for text in shown)
    for tab, words in (("rules", "参加理论宣讲"), ("funds", "财政投入"), ("notices", "公示 0037-003")):
        window.tap(f"tab-{tab}")
        window.wait_for("board", text=words, where=chosen(f"tab-{tab}"))
    assert not shows("row-1-40/1")(window.state()), "without a card nobody objects"
    window.tap("back")
    window.wait_for("attract")
    rig.do("scan", fake.CARD_217)
    window.wait_for("account")
    window.tap("board")
    window.wait_for("board", where=shows("row-1-40/4"))
    window.tap("row-1-40/4")
    window.wait_for("appeal", text="李＊")
    window.tap("ground-not-true")
    window.tap("send")
    window.wait_for("message", text="已经受理")


def test_nothing_of_the_last_person_stays_anywhere(open_rig: Open) -> None:
    rig = open_rig(idle_timeout_s=5)
    window = rig.window
    needles = ("张＊", "张大山", "0217", "38.5", "DD", "参加志愿服务", "0037-001270", "预约，占用", "1-0")
    rig.do("scan", fake.CARD_217)
    window.wait_for("account", text="38.5")
    window.tap("pots")
    window.wait_for("pots", text="38.5")
    window.tap("back")
    window.tap("history")
    window.wait_for("history", text="+2")
    window.tap("row-1-0")
    window.wait_for("why", text="参加志愿服务")
    window.tap("appeal")
    window.wait_for("appeal")
    window.tap("ground-amount")
    window.tap("back")
    window.wait_for("history")
    window.tap("back")
    window.tap("see-all")
    window.wait_for("shelf")
    window.tap("search")
    window.tap("key-D")
    window.tap("key-D")
    window.tap("good-oil5")
    window.wait_for("good")
    window.tap("back")
    window.tap("back")
    window.tap("reserve")
    window.wait_for("reserve", where=shows("more-rice5"))
    window.tap("more-rice5")
    window.wait_for("reserve", text="预约，占用")
    assert rig.remains(*needles), "the search finds what is there"
    state = window.wait_for("attract", timeout_s=12)
    assert state["household_tail"] == ""
    assert rig.remains(*needles) == []
    rig.do("scan", fake.CARD_331)
    window.wait_for("account", text="4.5")
    window.tap("see-all")
    state = window.wait_for("shelf", text="能用 4.5 分")
    assert not shows("key-D")(state), "the last search is not there"
    assert "张" not in json.dumps(state, ensure_ascii=False)


def test_a_sentence_being_said_stops_the_clock(open_rig: Open) -> None:
    rig = open_rig(idle_timeout_s=5)
    window = rig.window
    rig.do("speaking", True)
    rig.do("scan", fake.CARD_217)
    window.wait_for("account", text="38.5")
    began_s = time.monotonic()
    state = window.wait_for(where=lambda _s: time.monotonic() > began_s + 7, timeout_s=20)
    assert (state["screen"], state["seconds_left"]) == ("account", 5)
    rig.do("speaking", False)
    window.wait_for("account", text="再看一会儿", where=lambda s: 0 < s["seconds_left"] < 5)
    window.wait_for("attract", timeout_s=12)
    assert any(said for said, _language in rig.said)


@pytest.mark.parametrize("motion", [0, 1])
def test_a_list_stops_where_the_finger_leaves_it_if_that_is_wanted(open_rig: Open, motion: int) -> None:
    window = open_rig(1024, 600, motion=motion).window
    window.tap("see-notices")
    window.tap("tab-rules")
    window.wait_for("board")
    before = _heights(window.settled())
    window.drag(500, 520, 500, 520 - PUSHED)
    window.wait_for("board", where=lambda state: _heights(state) != before)
    after = _heights(window.settled())
    moved = {before[text] - after[text] for text in before.keys() & after.keys()}
    if motion:  # so far that hardly a rule is the same
        assert all(by > PUSHED for by in moved)
    else:
        assert len(moved) == 1 and 0 < moved.pop() <= PUSHED


def _heights(state: dict[str, Any]) -> dict[str, int]:
    """Where each rule stands that the list shows."""
    return {w["text"]: w["y"] for w in state["widgets"] if w["text"].startswith(("参加", "没有做到"))}
