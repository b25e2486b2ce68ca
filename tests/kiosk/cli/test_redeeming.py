"""`kiosk void`, `return`, `deliver`, `reserve`, `session`, `pin`, and `redeem` with all its words."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.services import printing
from tests.kiosk.cli.conftest import Kiosk

HOUSE = "0370217"
ONE = ("--staff", "M037A", "--json")
BOTH = ("--staff", "M037A", "--second", "R037A", "--json")


def _soap(kiosk: Kiosk, *more: str, pieces: int = 2) -> Any:
    ran = kiosk.redeem("--card", kiosk.card(), "--item", f"soap={pieces}", *more)
    assert ran.code == 0, ran.out
    return ran.json


def _day(kiosk: Kiosk) -> str:
    from kiosk.services import books

    return books.today(kiosk.terminal).day


def test_somebody_else_collects_and_signs(kiosk: Kiosk) -> None:
    who = ("--collector", "王小五", "--relation", "neighbour")
    _soap(kiosk, *who, "--confirm", "sign")
    body = kiosk.books()[0][-1]
    assert b'"confirm":"sign"' in body[4]
    assert b'"rel":"neighbour"' in body[4]
    for household in ("0370301", "0370900"):
        kiosk.redeem("--card", kiosk.card(household), "--item", "soap=1", *who)
    own = kiosk.redeem("--card", kiosk.card(), "--item", "vinegar=1", *who, "--collector-card", kiosk.card())
    assert (own.code, own.json["refused"]) == (3, "collector-relation")
    other = (*who, "--collector-card", kiosk.card("0370301"))
    assert kiosk.redeem("--card", kiosk.card(), "--item", "vinegar=1", *other).code == 0
    assert kiosk("redeem", "--relation", "friend").code == 2
    assert kiosk("verify", "--json").json["problems"] == []


def test_a_pin_of_the_household(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    card = ("--card", kiosk.card())
    assert kiosk("pin", "set", *card, *ONE).json["refused"] == "pin-missing"
    monkeypatch.setenv("KIOSK_HOUSEHOLD_PIN", "135790")
    assert kiosk("pin", "set", *card, *ONE).code == 0
    no = kiosk.redeem(*card, "--item", "soap=1")
    assert (no.code, no.json["refused"]) == (3, "household-pin-needed")
    _soap(kiosk, "--confirm", "pin")
    monkeypatch.setenv("KIOSK_HOUSEHOLD_PIN", "999999")
    assert (
        kiosk.redeem(*card, "--item", "soap=1", "--confirm", "pin").json["refused"] == "household-pin-wrong"
    )
    monkeypatch.delenv("KIOSK_HOUSEHOLD_PIN")
    assert kiosk.redeem(*card, "--item", "soap=1", "--confirm", "pin").json["refused"] == "pin-missing"
    assert kiosk("pin", "clear", *card, *ONE).code == 0
    assert kiosk.redeem(*card, "--item", "soap=1").code == 0


def test_staff_cards_and_pins(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert kiosk("staff", "pin", *ONE).json["refused"] == "pin-missing"
    monkeypatch.setenv("KIOSK_NEW_PIN", "864202")
    assert kiosk("staff", "reset", "G037A", "--why", "forgot", *BOTH).json["slip"]
    card = kiosk("staff", "card", "G037A", "--why", "lost", *BOTH).json["card"]
    assert card.startswith("S1:YS-37:G037A:10001:")
    assert kiosk("staff", "pin", *ONE).code == 0
    assert kiosk("staff", "log", *ONE).json["refused"] == "pin-wrong"
    monkeypatch.setenv("KIOSK_PIN", "864202")
    assert kiosk("staff", "stop", "G037A", "--why", "left", *ONE).code == 0
    log = kiosk("staff", "log", *ONE)
    assert [one["kind"] for one in log.json["changes"]] == [
        *("staff-stop", "staff-pin", "staff-card", "staff-reset")
    ]
    assert {one["id"]: one["state"] for one in kiosk("staff", "list", *ONE).json["staff"]}[
        "G037A"
    ] == "revoked"
    assert "李秀梅" not in kiosk("staff", "list", *ONE).out
    assert kiosk("verify", "--json").json["problems"] == []


def test_void_at_once_and_in_two_steps(kiosk: Kiosk) -> None:
    first = _soap(kiosk)["entry"]
    assert kiosk("void", first, *BOTH).code == 0
    assert kiosk("void", first, "--staff", "M037A", "--json").json["refused"] == "second-needed"
    second = _soap(kiosk)["entry"]
    asked = kiosk("void", "ask", second, *ONE)
    assert asked.code == 0
    listed = kiosk("void", "list", "--staff", "R037A", "--json")
    assert listed.code == 1
    (case,) = listed.json["waiting"]
    assert (case["entry"], case["redeemed"], case["name"]) == (asked.json["entry"], second, "张＊山")
    assert "…0217 张＊山" in kiosk("void", "list", "--staff", "R037A").out
    assert kiosk("void", "grant", asked.json["entry"], *ONE).json["refused"] == "second-needed"
    assert kiosk("void", "deny", asked.json["entry"], "--staff", "R037A", "--json").code == 0
    assert kiosk("void", "list", "--staff", "R037A").out == "没有待复核的撤销申请。\n"
    again = kiosk("void", "ask", second, *ONE).json["entry"]
    assert kiosk("void", "grant", again, "--staff", "R037A", "--json").code == 0
    assert kiosk("account", kiosk.card(), "--json").json["available_tenths"] == 385
    assert kiosk("verify", "--json").json["problems"] == []


@pytest.mark.parametrize(
    "words", [("nonsense",), ("ask",), ("ask", "x"), ("grant", "9-9"), ("1-2", "3-4"), ("9-9",)]
)
def test_what_is_no_entry_to_void(kiosk: Kiosk, words: tuple[str, ...]) -> None:
    before = kiosk.books()
    ran = kiosk("void", *words, *BOTH)
    assert (ran.code, ran.json["refused"]) == (3, "unknown-entry")
    assert kiosk.books() == before


def test_a_return(kiosk: Kiosk) -> None:
    entry = _soap(kiosk, pieces=3)["entry"]
    done = kiosk("return", entry, "--item", "soap=1", "--damaged", "soap=1", *BOTH)
    assert (done.code, done.json["back_tenths"], done.json["available_tenths"]) == (0, 60, 355)
    assert done.json["written_off"]
    words = kiosk("return", entry, "--item", "soap=1", "--staff", "M037A", "--second", "R037A")
    assert words.out == "0037-000003  +3  = 38.5\n"
    assert kiosk("return", entry, "--item", "soap=1", *BOTH).json["refused"] == "return-too-many"
    assert kiosk("return", entry, "--item", "soap", *BOTH).json["refused"] == "item-unreadable"
    assert kiosk("return", entry, *BOTH).json["refused"] == "empty-basket"
    assert kiosk("return", entry, "--item", "soap=1", *ONE).code == 2
    assert kiosk("verify", "--json").json["problems"] == []


def test_a_delivery(kiosk: Kiosk) -> None:
    assert kiosk("deliver", "--staff", "G037A").out == "没有要送的货。\n"
    entry = _soap(kiosk, "--deliver")["entry"]
    grid = ("--staff", "G037A", "--json")
    (waiting,) = kiosk("deliver", *grid).json["waiting"]
    assert (waiting["entry"], waiting["name"], waiting["items"]) == (entry, "张＊山", {"soap": 2})
    late = kiosk("deliver", entry, *grid, "--when", "2031-01-01 10:00")
    assert (late.code, late.json["refused"]) == (3, "moment-unreadable")
    who = ("--collector", "张小花", "--relation", "member")
    assert kiosk("deliver", entry, *grid, *who).code == 0
    assert kiosk("deliver", *grid).json == {"waiting": []}
    assert kiosk("deliver", entry, *grid).json["refused"] == "delivered-already"


def test_a_collective_day(kiosk: Kiosk) -> None:
    day = _day(kiosk)
    on = ("--on", day, "--opens", day, "--closes", day, "--places", "3")
    made = kiosk("session", "new", *on, "--good", "rice5=15:3:2", "--good", "soap=2.5", *ONE)
    assert made.code == 0
    session = made.json["session"]
    assert made.json["goods"][0] == {
        "sku": "rice5",
        "price_tenths": 150,
        "quota": 3,
        "most": 2,
        "reserved": 0,
    }
    assert kiosk("session", "new", *on, "--good", "rice5", *ONE).json["refused"] == "session-goods"
    assert kiosk("session", "new", *on, "--good", "rice5=1:x", *ONE).json["refused"] == "session-goods"
    held = kiosk("reserve", "new", "--card", kiosk.card(), "--item", "rice5=1", "--session", session, *ONE)
    assert (held.code, held.json["queue"], held.json["amount_tenths"]) == (0, 1, 150)
    words = kiosk("reserve", "picklist", session, "--staff", "M037A")
    assert words.out == "□ 1号 尾号0217 张＊山 大米 5公斤×1\n大米 5公斤×1袋\n"
    printed = kiosk("reserve", "picklist", session, "--print", *ONE)
    assert (printed.json["sums"], len(printed.json["slips"])) == ({"rice5": 1}, 1)
    assert [one["queue"] for one in kiosk("reserve", "list", *ONE).json["reservations"]] == [1]
    got = kiosk("reserve", "collect", "--card", kiosk.card(), "--request-id", "c1", *ONE)
    assert (got.code, got.json["charged_tenths"]) == (0, 150)
    again = kiosk("reserve", "collect", "--card", kiosk.card(), "--request-id", "c1", *ONE)
    assert again.json == got.json
    rich = ("--card", kiosk.card("0370900"), "--item", "rice5=2")
    walk = kiosk.redeem(*rich, "--session", session)
    assert (walk.code, walk.json["charged_tenths"]) == (0, 300)
    both = kiosk.redeem(*rich, "--session", session, "--deliver")
    assert both.json["refused"] == "session-no-delivery"
    listed = kiosk("session", "list", *ONE).json["sessions"]
    assert [(one["taken"], one["goods"][0]["reserved"]) for one in listed] == [(2, 3)]
    assert kiosk("session", "close", session, *ONE).code == 0
    assert kiosk("session", "close", session, *ONE).json["refused"] == "session-closed"
    assert kiosk("verify", "--rebuild", "--json").json["problems"] == []


def test_a_reservation_by_its_slip_and_let_go(kiosk: Kiosk) -> None:
    assert kiosk("reserve", "list", "--staff", "M037A").out == "没有预约。\n"
    words = ("reserve", "new", "--card", kiosk.card(), "--item", "soap=2")
    first = kiosk(*words, "--request-id", "h1", *ONE).json
    assert kiosk(*words, "--request-id", "h1", *ONE).json == first
    job = printing.take(kiosk.terminal)
    assert job is not None
    who = ("--collector", "王五", "--relation", "neighbour")
    got = kiosk("reserve", "collect", "--slip", job.content.qr, *who, *ONE)
    assert (got.code, got.json["charged_tenths"], got.json["available_tenths"]) == (0, 60, 325)
    wrong = kiosk("reserve", "collect", "--slip", kiosk.card(), *ONE)
    assert wrong.json["refused"] == "slip-not-true"
    none = kiosk("reserve", "collect", "--card", kiosk.card(), *ONE)
    assert (none.code, none.json["refused"]) == (3, "unknown-reservation")
    second = kiosk(*words, *ONE).json["entry"]
    assert kiosk("reserve", "release", second, *ONE).code == 0
    states = [one["state"] for one in kiosk("reserve", "list", "--all", *ONE).json["reservations"]]
    assert sorted(states) == ["collected", "released"]
    assert kiosk("reserve", "list", "--no-shows", *ONE).json == {"reservations": []}
    assert kiosk("reserve", "new", "--card", kiosk.card(), *ONE).json["refused"] == "reserve-words-missing"
    assert kiosk("reserve", "collect", *ONE).code == 2


def test_who_nobody_came_for_is_listed(kiosk: Kiosk) -> None:
    kiosk.config.write_text(kiosk.config.read_text().replace("[printer]", "training = true\n[printer]", 1))
    from kiosk.services.clock import day_after

    kiosk("reserve", "new", "--card", kiosk.card(), "--item", "soap=2", *ONE)
    for _ in range(2):
        later = day_after(_day(kiosk), 6)
        kiosk.redeem("--card", kiosk.card("0370900"), "--item", "soap=1", "--day", later)
    (gone,) = kiosk("reserve", "list", "--no-shows", *ONE).json["reservations"]
    assert (gone["no_show"], gone["state"], gone["household"]) == (True, "released", HOUSE)
    assert kiosk("account", kiosk.card(), "--json").json["available_tenths"] == 385
