"""redeem_by_hand: three goods at the desk, from the resident's card to the slip, with the pauses of people.

A card, three scans, the manager's tap, the resident's own: no touch more. What hands and eyes take is stated
here and slept; what is left of the time is ours.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from kiosk.demo.village import Village
from kiosk.ui.inspect_client import Window
from kiosk.words import Words
from tests.bench.day import BUYER, MANAGER, WAIT_S, at_work, fact
from tests.bench.figures import Figure, figure

SCAN_S = 1.0  # to pick up a card or a good and hold it before the scanner
TAP_S = 1.5  # to read the page, to find the button, to reach it
GOODS = ("soap", "salt", "vinegar")
TOUCHES = ("confirm", "yes")
ROUNDS = 5
PRINTED = Words("zh-CN")("ui.done.printed")


def measure(folder: Path) -> list[Figure]:
    """The slowest of some redemptions, slip in hand."""
    with at_work(folder) as (village, window):
        _sign_in(village, window)
        took_s = [_redeem(village, window) for _ in range(ROUNDS)]
    people_s = SCAN_S * (1 + len(GOODS)) + TAP_S * len(TOUCHES)
    about = f"slowest of {ROUNDS}; {people_s:g} s of it are people's: {len(TOUCHES)} touches, 4 scans"
    return [figure("redeem_by_hand_s", max(took_s), "s", goal="value <= 15", about=about)]


def _sign_in(village: Village, window: Window) -> None:
    village.scanner.scan(fact(village, "staff", "id", MANAGER, "card"))
    window.wait_for("sign-in", timeout_s=WAIT_S)
    window.tap_all([f"key-{digit}" for digit in fact(village, "staff", "id", MANAGER, "pin")])
    window.tap("sign-in")
    window.wait_for("manager", timeout_s=WAIT_S)


def _redeem(village: Village, window: Window) -> float:
    """Seconds from the hand that takes the card to the page that says the slip is printed."""
    begun_s = time.monotonic()
    codes = [fact(village, "items", "sku", sku, "barcode") for sku in GOODS]
    for code in (fact(village, "households", "id", BUYER, "card"), *codes):
        time.sleep(SCAN_S)
        village.scanner.scan(code)
    window.wait_for("redeem", where=_complete, timeout_s=WAIT_S)
    for button in TOUCHES:
        time.sleep(TAP_S)
        window.tap(button)
    window.wait_for("done", text=PRINTED, timeout_s=WAIT_S)
    took_s = time.monotonic() - begun_s
    window.tap("next")
    window.wait_for("next", timeout_s=WAIT_S)
    return took_s


def _complete(state: dict[str, Any]) -> bool:
    """All three goods lie in the basket."""
    return {f"more-{sku}" for sku in GOODS} <= {w["id"] for w in state["widgets"] if w["visible"]}
