"""`kiosk loan`, `saved` and `close-year` as a script uses them: answers, words, exit codes."""

from __future__ import annotations

import pytest

from kiosk.services.clock import day_after
from tests.kiosk.cli.conftest import Kiosk

HOUSE = "0370217"
ONE = ("--staff", "M037A", "--json")
BOTH = ("--staff", "M037A", "--second", "R037A", "--json")


def test_a_loan(kiosk: Kiosk) -> None:
    _earn(kiosk, "30")
    room = kiosk("loan", "room", HOUSE, *ONE)
    assert (room.code, room.json["most_tenths"], room.json["refused"]) == (0, 90, "")
    over = kiosk("loan", "borrow", HOUSE, "9.1", *BOTH)
    assert (over.code, over.json["refused"]) == (3, "loan-over-limit")
    assert "9 分" in over.json["message"]
    made = kiosk("loan", "borrow", HOUSE, "9", *BOTH)
    assert (made.code, made.json["amount_tenths"], made.json["name"]) == (0, 90, "张＊山")
    again = kiosk("loan", "borrow", HOUSE, "1", *BOTH)
    assert (again.code, again.json["refused"]) == (3, "loan-open")
    listed = kiosk("loan", "list", *ONE)
    assert (listed.code, [one["left_tenths"] for one in listed.json["loans"]]) == (0, [90])
    part = kiosk("loan", "repay", HOUSE, "2.5", *ONE)
    assert (part.code, part.json["owed_tenths"]) == (0, 65)
    assert kiosk("loan", "repay", HOUSE, *ONE).json["owed_tenths"] == 0
    assert kiosk("loan", "list", *ONE).json == {"loans": []}
    assert kiosk("loan", "list", "--all", *ONE).json["loans"][0]["closed"]
    assert kiosk("verify", "--json").json["problems"] == []


def test_loans_in_words(kiosk: Kiosk) -> None:
    assert kiosk("loan", "list", "--staff", "M037A").out == "没有借分。\n"
    _earn(kiosk, "30")
    borrowed = kiosk("loan", "borrow", HOUSE, "9", "--staff", "M037A", "--second", "R037A")
    assert borrowed.out.startswith("借了 9 分")
    assert "…0217 张＊山" in kiosk("loan", "list", "--staff", "M037A").out
    assert "open" in kiosk("--locale", "en", "loan", "list", "--staff", "M037A").out
    assert kiosk("loan", "room", HOUSE, "--staff", "M037A").out.startswith("这一户还有借分")


def test_an_overdue_loan_ends_the_list_with_1(kiosk: Kiosk) -> None:
    text = kiosk.config.read_text().replace("[printer]", "training = true\n[printer]", 1)
    kiosk.config.write_text(text)
    _earn(kiosk, "30")
    day = kiosk("loan", "borrow", HOUSE, "9", *BOTH).json["due"]
    for _ in range(14):  # a week at a time, as the clock alone may go
        day_now = _day(kiosk)
        _earn(kiosk, "0.1", household="0370302", day=day_after(day_now, 7))
    assert _day(kiosk) > day
    late = kiosk("loan", "list", *ONE)
    assert (late.code, late.json["loans"][0]["overdue"]) == (1, True)
    assert "已过期" in kiosk("loan", "list", "--staff", "M037A").out


def test_the_saved_pot(kiosk: Kiosk) -> None:
    put = kiosk("saved", "deposit", HOUSE, "10", *ONE)
    assert (put.code, put.json["available_tenths"], put.json["saved_tenths"]) == (0, 285, 100)
    out = kiosk("saved", "withdraw", HOUSE, "2.5", "--staff", "M037A")
    assert (out.code, out.out) == (0, "可用 31 分，存下 7.5 分。\n")
    assert kiosk("saved", "withdraw", HOUSE, "8", *ONE).json["refused"] == "saved-not-enough"
    assert kiosk("saved", "deposit", HOUSE, "0.5", *ONE).json["refused"] == "saved-too-few"
    assert kiosk("saved", "deposit", HOUSE, "0.55", *ONE).json["refused"] == "absurd-amount"
    assert kiosk("saved", "borrow", HOUSE, "1", *ONE).code == 2


def test_a_closing(kiosk: Kiosk) -> None:
    text = kiosk.config.read_text().replace("[printer]", "training = true\n[printer]", 1)
    kiosk.config.write_text(text + "[rules]\npoints_last_days = 3\nsaved_most_points = 2\n")
    _earn(kiosk, "6")
    later = day_after(_day(kiosk), 5)
    warned = kiosk("close-year", "--warn", "--json")
    assert (warned.code, warned.json["count"], warned.json["tenths"]) == (0, 1, 60)
    assert warned.json["households"][0]["name"] == "张＊山"
    early = kiosk("close-year", *BOTH, "--day", later)
    assert (early.code, early.json["refused"]) == (3, "preview-first")
    before = kiosk.books()
    seen = kiosk("close-year", "--preview", "--json", "--day", later)
    assert seen.code == 0
    assert kiosk.books()[1:] == before[1:]  # but for the new day in the journal
    assert (seen.json["moved"], seen.json["saved_tenths"], seen.json["expired_tenths"]) == (False, 20, 40)
    assert seen.json["households"][0] | {"buckets": []} == {
        "tail": "0217",
        "name": "张＊山",
        "buckets": [],
        "saved_tenths": 20,
        "expired_tenths": 40,
    }
    assert "现在什么都没动" in kiosk("close-year", "--preview").out
    done = kiosk("close-year", *BOTH)
    assert (done.code, done.json) == (0, seen.json | {"moved": True})
    again = kiosk("close-year", *BOTH)
    assert (again.code, again.json["refused"]) == (3, "nothing-ended")
    assert kiosk("account", kiosk.card(), "--json").json["saved_tenths"] == 20
    assert kiosk("verify", "--json").json["problems"] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("close-year", "--json"), "close-words-missing"),
        (("close-year", "--staff", "M037A", "--json"), "second-needed"),
        (("close-year", "--preview", "--through", "soon", "--json"), "day-unreadable"),
        (("loan", "borrow", HOUSE, "many", *BOTH), "absurd-amount"),
        (("loan", "borrow", HOUSE, "1", "--staff", "M037A", "--second", "M037A", "--json"), "second-needed"),
        (("loan", "repay", HOUSE, *ONE), "nothing-owed"),
        (("loan", "room", "9999999", *ONE), "unknown-household"),
    ],
)
def test_refusals_end_with_3(kiosk: Kiosk, words: tuple[str, ...], code: str) -> None:
    before = kiosk.books()
    ran = kiosk(*words)
    assert (ran.code, ran.json["refused"]) == (3, code)
    assert kiosk.books() == before


def test_words_missing_end_with_2(kiosk: Kiosk) -> None:
    assert kiosk("loan").code == 2
    assert kiosk("loan", "borrow", HOUSE, "1", "--staff", "M037A").code == 2
    assert kiosk("saved", "deposit", HOUSE).code == 2


def _earn(kiosk: Kiosk, points: str, household: str = HOUSE, day: str = "") -> None:
    words = ("points", "earn", household, "tidy-yard", points, *BOTH)
    ran = kiosk(*words, *(("--day", day) if day else ()))
    assert ran.code == 0, ran.out


def _day(kiosk: Kiosk) -> str:
    from kiosk.services import books

    return books.today(kiosk.terminal).day
