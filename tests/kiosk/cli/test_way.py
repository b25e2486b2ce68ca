"""`kiosk declare`, `scoring`, `notice` and `appeal` as a script uses them: a month typed from end to end."""

from __future__ import annotations

import pytest

from kiosk.services import staff
from kiosk.services.clock import day_after
from tests.kiosk.cli.conftest import Kiosk
from tests.scoring import LI, PANEL, ROSTER, ZHANG, panel_row
from tests.village import CENTRE_KEY, PIN, QUICK_HASH, send


@pytest.fixture
def month(kiosk: Kiosk) -> Kiosk:
    """The kiosk in a training database, with a panel, on the day November is scored from."""
    text = kiosk.config.read_text().replace("[printer]", "training = true\n[printer]", 1)
    kiosk.config.write_text(text)
    pin = QUICK_HASH.hash(staff.pin_material(CENTRE_KEY, PIN))
    people = [
        ("staff", {"staff": one, "name": "周评义", "role": role, "pin": pin, "serial": 1, "state": "active"})
        for one, role in (*((one, "panel") for one in PANEL), ("S037A", "supervisor"))
    ]
    members = [("panel", panel_row(one, hh, kin)) for one, (hh, kin) in ROSTER.items()]
    send(kiosk.terminal, "county", *people, *members)
    return kiosk


def _says(kiosk: Kiosk, day: str, *words: str) -> dict[str, object]:
    ran = kiosk("--day", day, *words, "--json")
    assert (ran.code, ran.err) == (0, ""), ran
    return dict(ran.json)


def _day(kiosk: Kiosk) -> str:
    with kiosk.terminal.read() as conn:
        row = conn.exec_driver_sql("SELECT value FROM state WHERE name='day'").one()
    return str(row[0])


def _go(kiosk: Kiosk, day: str) -> None:
    """A command that writes opens the day, a week at a time, and what is due is done behind it."""
    while (now := _day(kiosk)) < day:
        then = min(day, day_after(now, 7))
        assert kiosk("--day", then, "saved", "deposit", ZHANG, "1", "--staff", "M037A").code == 0


def _signed(month: Kiosk, day: str) -> str:
    """A sheet with 张's 1.5 points made of one, and 李's 2 points: scored, counted and signed."""
    photo = month.config.with_name("photo.jpg")
    photo.write_bytes(b"\xff\xd8")
    new, photo_of = ("declare", "new", "tidy-yard"), ("--evidence", str(photo))
    mine = _says(month, day, *new, "2", "--card", month.card(LI), *photo_of)
    theirs = _says(month, day, *new, "1.5", "--household", ZHANG, "--staff", "G037A")
    other = _says(month, day, *new, "1", "--household", LI, "--deduct", *photo_of, "--staff", "P1")
    review = ("declare", "review", "--staff", "R037A")
    assert _says(month, day, *review, str(mine["entry"]), str(theirs["entry"]))["count"] == 2
    _says(month, day, *review, str(other["entry"]), "--return", "not-true")
    listed = _says(month, day, "declare", "list", "--state", "passed", "--staff", "P1")
    assert [one["name"] for one in listed["declarations"]] == ["李＊", "张＊山"]  # type: ignore[attr-defined]
    sheet = str(_says(month, day, "scoring", "sheet", day[:7], "--staff", "P3")["entry"])
    assert _says(month, day, "scoring", "score", sheet, "--staff", "P1")["stood_back"] == [1]
    for one in PANEL[1:]:
        _says(month, day, "scoring", "score", sheet, "--off", "1=1=wrong-amount", "--staff", one)
    counted = _says(month, day, "scoring", "close", sheet, "--staff", "P3")
    assert (counted["lines"], counted["changed"], counted["tenths"]) == (2, 1, 30)
    _says(month, day, "scoring", "sign-off", sheet, "--for", "committees", "--staff", "M037A")
    early = month("--day", day, "notice", "publish", sheet, "--staff", "M037A", "--json")
    assert (early.code, early.json["refused"]) == (3, "sheet-not-signed")
    _says(month, day, "scoring", "sign-off", sheet, "--for", "supervision", "--staff", "S037A")
    return sheet


def test_a_month_from_the_command_line(month: Kiosk) -> None:
    day = max(_day(month), f"{_day(month)[:8]}25")
    _go(month, day)
    sheet = _signed(month, day)
    [shown] = _says(month, day, "scoring", "list", "--staff", "M037A")["sheets"]  # type: ignore[misc]
    assert (shown["scored"], shown["missing"], shown["stood_back"]) == (list(PANEL), [], {"P1": [1]})
    [first, _] = _says(month, day, "scoring", "show", sheet, "--staff", "M037A")["rows"]  # type: ignore[misc]
    assert (first["name"], first["state"], first["amount_tenths"]) == ("张＊山", "agreed", 10)
    notice = _says(month, day, "notice", "publish", sheet, "--staff", "M037A")
    hung, over = str(notice["entry"]), day_after(str(notice["until"]), 1)

    object_to = ("appeal", "new", "--line", f"{hung}/1", "--why", "other")
    case = _says(month, day, *object_to, "--card", month.card(LI))
    assert case["slip"] == "0037-000001"
    answer = ("upheld", "--why", "other", "--staff", "M037A", "--second", "S037A")
    decided = _says(month, day, "appeal", "decide", str(case["entry"]), *answer)
    assert (decided["was_tenths"], decided["now_tenths"], decided["fix"]) == (10, 10, "")
    assert month("appeal", "list", "--staff", "M037A").out == "没有异议。\n"

    _go(month, over)
    rows = _says(month, over, "notice", "show", hung)["rows"]
    told = [(one["state"], one["name"]) for one in rows]  # type: ignore[attr-defined]
    assert told == [("posted", "张＊山"), ("posted", "李＊")]
    assert _says(month, over, "account", month.card(LI))["available_tenths"] == 20
    slip = _says(month, over, "notice", "slip", hung, "--card", month.card(LI))
    assert slip["slips"] == [f"0037-001-{LI[-4:]}"]
    assert _says(month, over, "notice", "print", hung, "--staff", "S037A")["slips"] == ["0037-001"]

    appeal = ("appeal", "new", "--entry", rows[1]["entry"], "--why", "amount")  # type: ignore[index]
    case = _says(month, over, *appeal, "--staff", "M037A", "--household", LI)
    answer = ("less", "1.5", "--why", "amount", "--staff", "M037A", "--second", "S037A")
    assert _says(month, over, "appeal", "decide", str(case["entry"]), *answer)["fix"]
    assert _says(month, over, "account", month.card(LI))["available_tenths"] == 15
    assert month("verify", "--json").json["problems"] == []


def test_in_words(month: Kiosk) -> None:
    assert month("notice", "list").out == "没有公示。\n"
    assert month("scoring", "list", "--staff", "M037A").out == "没有。\n"
    assert month("declare", "list", "--staff", "M037A").out == "没有。\n"
    panel = month("scoring", "panel", "--staff", "M037A").out.splitlines()
    assert panel[0] == "P1  2026-01-01 — 2028-12-31  …0217"
    entry = month("declare", "new", "tidy-yard", "2", "--household", LI, "--staff", "G037A").out
    assert entry.startswith("已申报，编号 1-")
    line = month("declare", "list", "--staff", "M037A").out
    assert "…0302 李＊  庭院整洁  待初审" in line
    assert "李四" not in line


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("declare", "new", "tidy-yard", "2.55", "--household", LI, "--staff", "G037A"), "absurd-amount"),
        (("declare", "review", "nine", "--staff", "R037A"), "unknown-entry"),
        (("declare", "list", "--staff", "T037A"), "staff-unknown"),
        (("scoring", "score", "1-9", "--off", "3", "--staff", "P1"), "line-unreadable"),
        (("scoring", "score", "1-9", "--off", "x=1=other", "--staff", "P1"), "line-unreadable"),
        (("scoring", "drop", "1-9", "3=", "--staff", "P1"), "unknown-sheet"),
        (("scoring", "show", "1-9", "--staff", "M037A"), "unknown-sheet"),
        (("notice", "show", "1-9"), "unknown-notice"),
        (("appeal", "new", "--line", "1-9", "--why", "other", "--staff", "M037A"), "line-unreadable"),
        (("appeal", "new", "--line", "1-9/1", "--why", "other", "--staff", "M037A"), "unknown-line"),
    ],
)
def test_what_is_refused(month: Kiosk, words: tuple[str, ...], code: str) -> None:
    before = month.books()
    ran = month(*words, "--json")
    assert (ran.code, ran.json["refused"]) == (3, code)
    assert month.books() == before


def test_a_missing_photograph(month: Kiosk) -> None:
    ran = month("declare", "new", "tidy-yard", "2", "--card", month.card(LI), "--evidence", "no.jpg")
    assert (ran.code, "no.jpg" in ran.err) == (2, True)
