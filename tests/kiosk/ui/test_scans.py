"""At every page, scans of every kind: each goes where it should or is refused in words, and none ever types.

The rules are in `kiosk.ui.scans`; what each page makes of them stands in the tables here.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from kiosk.words import Words
from tests.kiosk.ui import fake
from tests.kiosk.ui.desk_walk import sign_in
from tests.kiosk.ui.real import Place, village
from tests.kiosk.ui.rig import Rig
from tests.kiosk.ui.tasks_rig import TasksRig
from tests.kiosk.ui.tasks_walk import walk

Open = Callable[..., Rig]
WORDS = Words("zh-CN")
UNKNOWN, RUBBISH = "6999999999994", "https://example.org/" + "x" * 4000
SOAP = "6901234000024"
TYPED = ("69999", "example.org")  # no page may hold any of it


class Rule(NamedTuple):
    """What follows a scan of an unknown good, a good, a household's card, and rubbish.

    With a dot in it: the page stays as it is and says those words. Without: the page that is shown next.
    """

    unknown: str
    good: str
    card: str
    rubbish: str


OVER = ("message", "shelf")  # nothing is forgotten: what lay under them is as it was
ALONE = Rule("message", "message", "account", "message")
DESK = Rule("message", "scan.card_before_goods", "redeem", "message")
BASKET = Rule("shelf", "redeem", "redeem.basket_first", "message")
DONE = Rule("message", "scan.card_before_goods", "redeem", "message")
TASK = Rule(*["tasks.not_now"] * 4)

ACCOUNT, STAFF = "@" + fake.CARD_217, "+"
APPEAL = (ACCOUNT, "history", "row-1-0", "appeal", "ground-amount")
FULL = (ACCOUNT, "@" + SOAP)
ALONE_AT = (
    ("attract", (), ALONE),
    ("account", (ACCOUNT,), ALONE),
    ("history", (ACCOUNT, "history"), ALONE),
    ("why", (ACCOUNT, "history", "row-1-0"), ALONE),
    ("appeal", APPEAL, ALONE),
    ("appeal-note", (*APPEAL, "note"), Rule("tasks.not_now", "tasks.not_now", "account", "tasks.not_now")),
    ("shelf", (ACCOUNT, "see-all", "search", "key-D"), ALONE),
    ("good", (ACCOUNT, "see-all", "good-oil5"), ALONE),
    ("wishes", (ACCOUNT, "see-all", "wishes"), ALONE),
    ("pots", (ACCOUNT, "pots"), ALONE),
    ("reserve", (ACCOUNT, "reserve", "more-rice5"), ALONE),
    ("reserved", (ACCOUNT, "reserve", "more-rice5", "reserve"), ALONE),
    ("board", (ACCOUNT, "board", "tab-rules"), ALONE),
    ("message", ("@" + fake.CARD_FORGED,), ALONE),
    ("sign-in", ("staff",), ALONE),
    ("sign-in", ("@" + fake.STAFF_CARD, "key-1", "key-2"), ALONE),
)
STAFF_AT = {
    "manager": ((), DESK),
    "next": (("start",), DESK),
    "find": (("find", "key-0", "key-2"), DESK),
    "message": (("@" + fake.CARD_FORGED,), DESK),
    "redeem": (FULL, BASKET),
    "shelf": ((*FULL, "pick"), BASKET._replace(unknown="desk.unknown_barcode")),
    "confirm": ((*FULL, "confirm"), Rule(*["scan.confirm_first"] * 4)),
    "done": ((*FULL, "confirm", "yes"), DONE),
}
# What stays there; a card answers "whose", a good counts: their own journeys look at that.
NO_GOOD = "refused.unknown-barcode"
TASKS_AT = {
    "tasks": Rule("", "scan.card_before_goods", "", ""),
    "task-who": TASK._replace(card=""),
    "task-goods": Rule(NO_GOOD, "", NO_GOOD, NO_GOOD),
    "task-scan": Rule(*["step.other_code"] * 4),
}


def stands(rig: Rig, page: str, moves: tuple[str, ...]) -> dict[str, Any]:
    """From the first page to `page`; returns what it shows."""
    rig.do("lifted")
    rig.do("home")
    for move in moves:
        if move.startswith("@"):
            rig.do("scan", move[1:])
        else:
            rig.window.tap(move)
    rig.window.wait_for(page)
    rig.window.come_to_rest()  # lists of the page may still be coming
    return rig.window.settled()


def shown(state: dict[str, Any]) -> list[tuple[str, str]]:
    """What the page says and offers; the bar counts down meanwhile, and the toast comes and goes."""
    bar = max(w["y"] + w["h"] for w in state["widgets"] if w["id"] == "text-size")
    return [
        (w["id"], w["text"])
        for w in state["widgets"]
        if w["visible"] and w["y"] >= bar and not (w["text"] and w["text"] == state["toast"])
    ]


def scan(rig: Rig, page: str, before: dict[str, Any], code: str, follows: str) -> bool:
    """Scan it and see what follows; returns whether the page stands there as before."""
    rig.do("lifted")
    rig.do("hushed")
    rig.window.wait_for(where=lambda state: not state["toast"])
    rig.do("scan", code)
    if "." in follows:
        words = WORDS(follows if follows in WORDS else f"ui.{follows}")
        state = rig.window.wait_for(page, where=lambda state: state["toast"] == words)
    elif follows == page:  # for somebody else, or with another sentence
        rig.window.wait_for(page, where=lambda state: shown(state) != shown(before))
        return False
    else:
        rig.window.wait_for(follows)
        if follows not in OVER:
            return False
        rig.do("under", page)
        state = rig.window.wait_for(page)
    assert shown(state) == shown(before), f"{code[:20]} changed {page}"
    return True


def each_kind(rig: Rig, page: str, moves: tuple[str, ...], rule: Rule, codes: Rule) -> None:
    """All four; what leaves the page for good comes last, and each time from anew."""
    before: dict[str, Any] | None = None
    goes = [(follows == page or ("." not in follows and follows not in OVER)) for follows in rule]
    for _last, code, follows in sorted(zip(goes, codes, rule, strict=True), key=lambda one: one[0]):
        before = before or stands(rig, page, moves)
        if not scan(rig, page, before, code, follows):
            before = None
    assert not rig.remains(*TYPED), f"at {page}"


def test_at_every_page_of_a_resident_alone(open_rig: Open) -> None:
    rig = open_rig()
    codes = Rule(UNKNOWN, SOAP, fake.CARD_331, RUBBISH)
    for page, moves, rule in ALONE_AT:
        rig.do("set", "available", {"0370217": 385, "0370331": 45})
        rig.do("set", "reserved", {})
        each_kind(rig, page, moves, rule, codes)


def test_at_every_page_of_the_desk(open_rig: Open) -> None:
    rig = open_rig()
    codes = Rule(UNKNOWN, SOAP, fake.CARD_331, RUBBISH)
    rig.sign_in()
    for page, (moves, rule) in STAFF_AT.items():
        rig.do("set", "available", {"0370217": 385, "0370331": 45})
        each_kind(rig, page, moves, rule, codes)
    rig.do("set", "print_reason", "paper-out")
    each_kind(rig, "not-printed", (*FULL, "confirm", "yes"), DONE, codes)


def test_over_a_question(open_rig: Open) -> None:
    rig = open_rig()
    rig.sign_in()
    rig.do("set", "ask_duplicate", True)
    stands(rig, "confirm", (*FULL, "confirm", "yes"))
    before = rig.window.wait_for(where=lambda state: state["dialog"])
    for code in (UNKNOWN, SOAP, fake.CARD_331, RUBBISH):
        assert scan(rig, "confirm", before, code, "scan.one_moment")
        assert rig.window.state()["dialog"]


def test_under_a_finger_and_while_a_list_glides(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    for glides in (False, True):
        stands(rig, "history", (ACCOUNT, "history"))
        if glides:
            window.drag(600, 600, 620, 300)
        else:
            window.put_down(600, 600, 620, 300)
        rig.do("scan", fake.CARD_331)
        if not glides:
            window.lift()
        state = window.wait_for("account", text="4.5")
        assert state["household_tail"] == "0331"
    stands(rig, "history", (ACCOUNT, "history"))
    below = stands(rig, "message", ("@" + UNKNOWN,))
    button = next(w for w in below["widgets"] if w["id"] == "ok")
    stands(rig, "history", (ACCOUNT, "history"))
    window.put_down(*window.aim(button), *window.aim(button))
    rig.do("scan", UNKNOWN)
    window.wait_for("message")
    window.lift()  # where the message has its button by now: nobody meant that
    rig.do("scan", SOAP)
    window.wait_for("message", text="肥皂")


def test_at_once_after_a_tap_and_held_up(open_rig: Open) -> None:
    rig = open_rig()
    window = rig.window
    for button in ("pots", "history", "see-all", "board", "reserve"):
        spot = next(w for w in stands(rig, "account", (ACCOUNT,))["widgets"] if w["id"] == button)
        window.click(*window.aim(spot))
        rig.do("scan", fake.CARD_331)  # with the page on its way, or there already
        # Where the machine is slow the finger is lifted after the scan: then it is the next one's page.
        window.wait_for(where=lambda state: state["household_tail"] == "0331")
        assert not rig.remains("张大山", "38.5"), f"after {button}"
    rig.do("health", "speech", "speech", "ok", "")
    stands(rig, "attract", ())
    before = len(rig.said)
    for code in (fake.CARD_217, fake.CARD_217, UNKNOWN):  # read twice as it was held up
        rig.do("scan", code)
    window.wait_for("message")
    assert sum("0217" in sentence for sentence, _language in rig.said[before:]) == 1
    rig.sign_in()
    stands(rig, "redeem", (ACCOUNT,))
    for _ in range(2):  # goods are not held up: twice is two
        rig.do("scan", SOAP)
    window.wait_for("redeem", text="请居民确认 6 分")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return village(tmp_path_factory.mktemp("village") / "village")


def test_at_the_practice_cards(place: Place, tmp_path: Path) -> None:
    rig = place.opened(tmp_path, 1280, 800, training=1)
    try:
        each_kind(
            rig,
            "practice",
            ("practice",),
            ALONE,
            Rule(UNKNOWN, place.barcodes["soap"], place.cards["0370101"], RUBBISH),
        )
    finally:
        rig.close()


def test_behind_every_door_of_the_desk(place: Place, tmp_path: Path) -> None:
    rig = place.opened(tmp_path, 1280, 800)
    codes = Rule(UNKNOWN, place.barcodes["soap"], place.cards["0370101"], RUBBISH)
    try:
        sign_in(rig, place, "M037A")
        each_kind(rig, "more", ("more",), DESK, codes)
        for page in ("books", "devices", "line"):
            each_kind(rig, page, ("more", page), DESK, codes)
        each_kind(rig, "session", ("more", "session"), DESK._replace(card="confirm"), codes)
        full = ("@" + place.cards["0370217"], "@" + place.barcodes["salt"])
        rule = BASKET._replace(card="collector")
        each_kind(rig, "collector", (*full, "collector", "relation-member"), rule, codes)
        rig.do("home")
        rig.window.tap("sign-out")
        rig.window.wait_for("attract")
        sign_in(rig, place, "S037A")
        each_kind(rig, "inspect", ("inspect",), DESK._replace(card="message"), codes)
    finally:
        rig.close()


def test_at_every_page_of_tasks(seeded: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    shutil.copytree(seeded[0], tmp_path / "data")
    rig = TasksRig(tmp_path, seeded[1], 1280, 800)
    codes = Rule(UNKNOWN, rig.barcode("salt"), rig.card("0370102"), RUBBISH)
    seen = set()
    try:
        for _name, _state in walk(rig):
            rig.window.come_to_rest()
            before = rig.window.settled()
            page = before["screen"]
            seen.add(page)
            rule = TASKS_AT.get(page, TASK)
            for code, follows in zip(codes, rule, strict=True):
                if follows:
                    scan(rig, page, before, code, follows)
    finally:
        rig.close()
    assert len(seen) == 10, sorted(seen)
