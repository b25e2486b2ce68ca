"""`kiosk points`, `rules`, `activity` and `why` as a script and a person use them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.services import books, rulefile
from kiosk.services.clock import day_after
from tests.kiosk.cli.conftest import Kiosk
from tests.village import send

HOUSE, SPRING = "0370217", "0370301"
BOTH = ("--staff", "M037A", "--second", "R037A", "--json")
CAPPED = {
    "rule": "talk",
    "category": "study",
    "title": "参加宣讲",
    "amount": 10,
    "version": 1,
    "least": 10,
    "most": 20,
    "sign": "give",
    "caps": [{"period": "month", "tenths": 30}],
    "evidence": "photo",
}


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "seen.png"
    Image.fromarray(np.zeros((40, 60), dtype=np.uint8)).save(path)
    return path


def test_points_with_member_proof_and_day(kiosk: Kiosk, photo: Path) -> None:
    send(kiosk.terminal, "county", ("rule", CAPPED))
    words = ("points", "earn", HOUSE, "talk", "2")
    bare = kiosk(*words, *BOTH)
    assert (bare.code, bare.json["refused"]) == (3, "photo-needed")
    day = day_after(books.today(kiosk.terminal).day, -400)
    late = kiosk(*words, "--evidence", str(photo), "--deed", day, *BOTH)
    assert late.json["refused"] == "deed-too-old"
    full = ("--evidence", str(photo), "--note", "三人看见", "--member", "2")
    made = kiosk(*words, *full, *BOTH)
    assert made.code == 0
    over = kiosk(*words, *full, *BOTH)
    assert (over.code, over.json["refused"]) == (3, "cap-month")
    assert over.json["message"] == "这条细则当月还能记 1 分，请返回改小或核对。"
    assert kiosk(*words, "--evidence", str(photo.parent / "none"), *BOTH).code == 2
    told = kiosk("why", made.json["entry"])
    assert told.code == 0
    assert "细则：参加宣讲" in told.out and "佐证说明：三人看见" in told.out
    assert "户主：张＊山" in told.out and "张大山" not in told.out
    facts = {one["label"]: one["value"] for one in kiosk("why", made.json["entry"], "--json").json["facts"]}
    assert (facts["amount"], facts["actor"], facts["member"]) == ("20", "李＊梅", "2")
    assert kiosk("why", "1-999").code == kiosk("why", "x").code == 3
    shown = kiosk("rules", "show", "talk", "--household", HOUSE, "--json").json
    assert (shown["version"], shown["left"][0]["tenths"]) == (1, 10)
    assert "当月还能记 1" in kiosk("rules", "show", "talk", "--household", HOUSE).out
    assert kiosk("rules", "show", "none", "--json").json["refused"] == "unknown-rule"


def test_the_list_of_rules(kiosk: Kiosk) -> None:
    send(kiosk.terminal, "county", ("rule", CAPPED))
    found = kiosk("rules", "list", "--json").json["rules"]
    assert [one["id"] for one in found] == ["talk", "tidy-yard"], "in the order people know the categories"
    assert "1–2  参加宣讲  每月每户 3" in kiosk("rules", "list").out
    assert "3 a month a household" in kiosk("--locale", "en", "rules", "list", "--category", "study").out
    assert kiosk("rules", "measures").out == "\n"
    row = {"measure": "borrow-one", "kind": "borrow", "title": "一户一笔", "text": "还清再借。"}
    send(kiosk.terminal, "county", ("measure", {**row, "settings": "loan_days"}))
    assert kiosk("rules", "measures").out == "borrow  一户一笔  还清再借。 [loan_days=90]\n"


def test_a_file_is_checked(kiosk: Kiosk, tmp_path: Path) -> None:
    shipped = rulefile.assets_dir() / "catalogue" / "rules.toml"
    good = kiosk("rules", "check", str(shipped))
    assert (good.code, good.out) == (0, "没有问题：细则 24 条，措施 0 条。\n")
    wrong = tmp_path / "rules.toml"
    wrong.write_text('[[rule]]\nrule = "a"\ncategory = "law"\ntitle = "x"\npoints = 0.55\n')
    ran = kiosk("rules", "check", str(wrong))
    assert (ran.code, ran.out) == (1, f"{wrong}:5: points 最多一位小数\n")
    assert kiosk("rules", "check", str(wrong), "--json").json["problems"][0]["line"] == 5
    assert kiosk("rules", "check", str(tmp_path / "none")).code == 2


def test_an_activity(kiosk: Kiosk, photo: Path) -> None:
    send(kiosk.terminal, "county", ("rule", {**CAPPED, "caps": [{"period": "month", "times": 1}]}))
    today = books.today(kiosk.terminal).day
    words = ("--on", today, "--time", "09:30", "--title", "理论宣讲", "--place", "文化室")
    made = kiosk("activity", "new", "talk", "1.5", *words, "--sheet", "10", "--staff", "G037A", "--json")
    assert (made.code, made.json["amount_tenths"]) == (0, 15)
    entry = made.json["entry"]
    assert kiosk("why", entry).out.startswith(f"{entry} {today} 活动\n分值：1.5\n")
    by_card = kiosk("activity", "sign-in", entry, "--card", kiosk.card(), "--json")
    assert (by_card.code, by_card.json["signed"][0]["name"]) == (0, "张＊山")
    assert (
        "已经签到过了"
        in kiosk(
            "activity", "sign-in", entry, "--household", HOUSE, "--reason", "forgot", "--staff", "G037A"
        ).out
    )
    paper = ("--paper", str(photo), "--staff", "G037A")
    assert kiosk("activity", "sign-in", entry, *paper, "--signed", SPRING, f"{HOUSE}:x").code == 3
    assert kiosk("activity", "sign-in", entry, *paper, "--signed", SPRING, f"{HOUSE}:1").code == 0
    assert kiosk("activity", "sign-in", entry, "--household", HOUSE, "--json").json["refused"] == (
        "activity-words-missing"
    )
    assert kiosk("points", "earn", SPRING, "talk", "1", "--evidence", str(photo), *BOTH).code == 0
    done = kiosk("activity", "credit", entry, "--evidence", str(photo), *BOTH)
    assert (done.code, done.json["households"], done.json["tenths"]) == (1, 1, 15)
    assert [(one["household"], one["code"]) for one in done.json["left"]] == [(SPRING, "cap-times")]
    again = kiosk("activity", "credit", entry, "--staff", "M037A", "--second", "R037A")
    assert again.out.splitlines()[-1] == "0 户加分，共 0 分；1 户没有加。"
    assert f"{entry}  {today} 09:30  理论宣讲  签到 2 户，已加分 1 户" in kiosk("activity", "list").out
    sheet = kiosk("activity", "sheet", entry, "--rows", "3")
    assert sheet.out.startswith("理论宣讲 签到表\n") and sheet.out.count("__________  ______________") == 3
    off = ("activity", "call-off", entry, "--reason", "few", "--staff", "G037A", "--json")
    assert kiosk(*off).json["refused"] == "activity-credited"
    other = kiosk("activity", "new", "talk", *words, "--staff", "G037A", "--json").json["entry"]
    assert kiosk(*off[:2], other, *off[3:]).json["activity"]["off"] == "few"
    assert "已取消（来的人太少），签到 0 户" in kiosk("activity", "list").out
    assert kiosk("activity", "sheet", entry, "--rows", "99", "--json").json["refused"] == "sheet-rows"
    assert kiosk("verify", "--json").json["problems"] == []


def test_words_missing_end_with_2(kiosk: Kiosk) -> None:
    for words in (
        ("rules",),
        ("activity",),
        ("activity", "new", "talk"),
        ("activity", "sign-in", "1-1"),
        ("why",),
    ):
        assert kiosk(*words).code == 2
