"""Household file, honour board, the checklist of eight and the centre's own rules."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from kiosk.books import checklist, documents, funding, honours, household, redemptions
from kiosk.books.forms import Desk
from kiosk.ledger.refusals import Refused
from kiosk.services import deeds
from kiosk.services import honours as register
from kiosk.services.terminal import Terminal
from tests.kiosk.books import raw, reading
from tests.kiosk.books.conftest import HOUSE, OTHER, TWO
from tests.village import send

YEAR = ("2026-01-01", "2026-12-31")


def test_a_household_file_has_everything_of_one_household(diary: Terminal, tmp_path: Path) -> None:
    register.give(diary, HOUSE, register.catalogue().honour[0].id, "village", 2026, "R037A", "S037A")
    born = {"member": 1, "name": "张大山", "born": 1970}
    gone = {"member": 2, "name": "张小山", "state": "gone"}
    send(diary, "centre:037", *(("member", {"hh": HOUSE, **one}) for one in (born, gone)))
    with diary.read() as conn:
        tables = household.file(Desk(diary, conn), *YEAR, HOUSE)
        with pytest.raises(Refused, match="unknown-household"):
            household.file(Desk(diary, conn), *YEAR, "9999999")
    account, members, cards, loans, honour, ledger = tables
    assert members.rows == (("1", "张大山", "1970", "在册"), ("2", "张小山", "", "迁出"))
    mine = [changes for _, _, who, changes in raw.ledger(diary.settings.data_dir) if who == HOUSE]
    available, saved, held, owed = (sum(change[at] for change in mine) / 10 for at in range(4))
    figures = {row[0]: row[1] for row in account.rows}
    assert (figures["户主"], figures["家庭成员"]) == ("张大山", "4")
    told = [float(figures[name]) for name in ("可用积分", "存下的积分", "预约占用", "借分待还")]
    assert told == [available, saved, held, owed]
    assert cards.rows == (("1", "在用"),)
    assert loans.rows[0][2:] == ("5", "3", "未还清")
    assert honour.rows[0][3] == "有效"
    assert len(ledger.rows) == len(mine)
    text = reading.pdf(tables, tmp_path)
    assert "欧阳春" not in text and "张大山" in text


def test_the_red_list_is_masked_and_asks_for_a_whole_period(diary: Terminal, tmp_path: Path) -> None:
    deeds.earn(diary, OTHER, "tidy-yard", 100, *TWO)
    with diary.read() as conn:
        table = honours.board(Desk(diary, conn), "2026-11-01", "2026-11-30")
    rows = reading.excel(table, tmp_path)
    assert [(row[0], row[1], reading.tenths(row[2])) for row in rows[:2]] == [
        (1, "张＊山（0217）", 400),
        (2, "欧阳＊（0301）", 100),
    ]
    assert "4 户中有 2 户参与" in table.notes[0]


@pytest.mark.parametrize(
    ("first", "last", "period"),
    [
        ("2026-02-01", "2026-02-28", "2026-02"),
        ("2026-10-01", "2026-12-31", "2026-Q4"),
        ("2026-01-01", "2026-12-31", "2026"),
        ("2026-01-02", "2026-12-31", ""),
        ("2026-02-01", "2026-04-30", ""),
        ("2025-01-01", "2026-12-31", ""),
    ],
)
def test_a_period_is_a_month_a_quarter_or_a_year(first: str, last: str, period: str) -> None:
    if period:
        assert honours.period_of(first, last) == period
        return
    with pytest.raises(Refused, match="period-unreadable"):
        honours.period_of(first, last)


def test_the_checklist_says_what_each_verdict_rests_on(diary: Terminal) -> None:
    def verdicts() -> dict[str, tuple[str, str]]:
        with diary.read() as conn:
            table = checklist.checklist(Desk(diary, conn), *YEAR)
        return {str(row[0]).partition("、")[2]: (str(row[1]), str(row[2])) for row in table.rows}

    before = verdicts()
    assert len(before) == 8
    moved = len(raw.ledger(diary.settings.data_dir))
    assert before["积分台账"] == ("有", f"本期积分记账 {moved} 笔")
    assert before["货架"][0] == before["公示公开"][0] == before["积分兑换管理制度"][0] == "缺"
    folder = diary.settings.data_dir / documents.FOLDER
    folder.mkdir()
    (folder / "rules-of-the-centre.zh-CN.md").write_text("# 柳泉村管理办法\n", "utf-8")
    assert verdicts()["积分兑换管理制度"][0] == "有"


def test_what_hangs_on_the_wall_names_the_manager(diary: Terminal) -> None:
    about = {"manager_name": "李秀梅", "manager_hours": "8:30—17:30", "supervision_phone": "0000-1"}
    place = msgspec.structs.replace(diary.settings.place, **about)
    diary.settings = msgspec.structs.replace(diary.settings, place=place)
    with diary.read() as conn:
        desk = Desk(diary, conn)
        for table in (
            checklist.checklist(desk, *YEAR),
            redemptions.notice(desk, *YEAR),
            funding.notice(desk, *YEAR),
        ):
            assert table.notes[-2:] == ("管理员 李秀梅 8:30—17:30", "监督电话 0000-1")


def test_the_rules_of_a_centre_change_their_version_with_their_words(diary: Terminal) -> None:
    example = documents.load(diary, documents.RULES)
    assert not example.own and example.parts[0].kind == "title" and "示例" in example.parts[0].text
    folder = diary.settings.data_dir / documents.FOLDER
    folder.mkdir()
    path = folder / "rules-of-the-centre.zh-CN.md"
    path.write_text("# 柳泉村管理办法\n\n第一行\n第二行\n\n- 一条\n", "utf-8")
    own = documents.load(diary, documents.RULES)
    assert own.own and own.version != example.version
    assert [(part.kind, part.text) for part in own.parts] == [
        ("title", "柳泉村管理办法"),
        ("text", "第一行第二行"),
        ("item", "一条"),
    ]
