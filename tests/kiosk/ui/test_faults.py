"""The screen says a sentence and goes on: services that break, do not answer, are swamped; lost events."""

from __future__ import annotations

from collections.abc import Callable

from tests.kiosk.ui import fake
from tests.kiosk.ui.rig import Rig

Open = Callable[..., Rig]


def _to_the_tap(rig: Rig) -> None:
    rig.sign_in()
    rig.basket()
    rig.window.tap("confirm")
    rig.window.wait_for("confirm")


def test_a_service_that_breaks_is_a_sentence_and_the_basket_stays(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    _to_the_tap(rig)
    rig.do("set", "broken", "张大山")
    window.tap("yes")
    window.wait_for("message", text="这一步出了问题")
    rig.do("set", "broken", "")
    window.tap("ok")
    window.wait_for("redeem", text="请居民确认 28 分")
    window.tap("confirm")
    window.tap("yes")
    window.wait_for("done", text="10.5 分")
    log = rig.log.read_text()
    assert "RuntimeError at" in log and "fake.py:" in log, "the technician finds the place"
    assert "张大山" not in log, "but nobody's name"


def test_no_answer_is_a_sentence_and_the_second_try_is_the_same_request(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    _to_the_tap(rig)
    rig.do("patience", 2.0)
    rig.do("set", "stuck", True)
    window.tap("yes")
    window.wait_for("message", text="很久没有回音", timeout_s=40)
    rig.do("set", "stuck", False)
    rig.do("go on")
    window.tap("ok")
    window.wait_for("redeem", text="请居民确认 28 分")
    window.tap("confirm")
    window.tap("yes")
    window.wait_for("done", text="10.5 分")
    window.wait_for("done", text="0037-001284")  # the first slip number: it was deducted once


def test_a_swamped_ledger_thread_is_a_sentence(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    rig.do("swamp")
    rig.do("scan", fake.CARD_217)
    window.wait_for("message", text="现在太忙了")
    rig.do("go on")
    window.tap("ok")
    window.wait_for("attract")
    rig.do("scan", fake.CARD_331)
    window.wait_for("account", text="4.5")


def test_events_lost_in_a_flood_are_made_up_for(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    _to_the_tap(rig)
    rig.do("patience", 2.0)
    rig.do("set", "stuck", True)
    window.tap("yes")
    rig.do("flood")
    # The answer came in the flood and was lost, or came after it: either way the screen goes on.
    state = window.wait_for(where=lambda s: s["screen"] in ("done", "message"), timeout_s=40)
    if state["screen"] == "message":
        window.tap("ok")
        window.tap("confirm")
        window.tap("yes")
    window.wait_for("done", text="0037-001284")


def test_a_new_price_is_confirmed_again(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    _to_the_tap(rig)
    rig.do("set", "dearer", 50)
    window.tap("yes")
    window.wait_for("message", text="价")
    window.tap("ok")
    window.wait_for("redeem", text="请居民确认 33 分")
    window.tap("confirm")
    window.tap("yes")
    window.wait_for("done", text="5.5 分")


def test_noise_on_the_scanner_asks_to_scan_again(open_rig: Open) -> None:
    rig = open_rig()
    rig.do("health", "scanner", "serial-scanner", "warning", "rejected")
    rig.window.wait_for("attract", where=lambda state: "没扫清楚" in state["toast"])


def test_a_visit_does_not_end_while_its_redemption_is_written(open_rig: Open) -> None:
    rig = open_rig(staff_timeout_s=5)
    window = rig.window
    _to_the_tap(rig)
    rig.do("set", "stuck", True)
    window.tap("yes")
    window.wait_for("confirm", where=lambda state: state["seconds_left"] in (0, 1), timeout_s=20)
    window.wait_for("confirm", where=lambda state: state["seconds_left"] >= 4, timeout_s=20)
    rig.do("set", "stuck", False)
    rig.do("go on")
    window.wait_for("done", text="10.5 分", timeout_s=20)
