"""月评分表 and 积分公示: a page each; whole names for the office, masked ones for the wall."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.books import notices, scoring
from kiosk.books.forms import Desk
from kiosk.services import appeals, signing, verdicts
from kiosk.services import scoring as panel
from kiosk.services.notices import publish
from kiosk.services.terminal import Terminal
from tests.kiosk.books import reading
from tests.kiosk.services.desk import place
from tests.scoring import LI, OUYANG, PANEL, ZHANG, claim, passed, scoring_terminal
from tests.village import HandClock, Village

YEAR = ("2026-01-01", "2026-12-31")
DEDUCT = {"rule": "litter", "tenths": 10, "what": "deduct", "evidence": b"photo"}


@pytest.fixture
def terminal(village: Village) -> Terminal:
    """A sheet of four lines: one scored lower, one given nothing, one taking; returned once."""
    made = scoring_terminal(village, HandClock("2026-11-25"))
    passed(made, claim(ZHANG), claim(OUYANG), claim(LI), claim(LI, **DEDUCT))
    at = place(panel.make(made, "2026-11", "P3").entry)
    less, nothing = {2: (10, "wrong-amount")}, {3: (0, "no-proof")}
    for again, off in ((True, less | nothing), (False, less)):
        for one in PANEL:  # P1 stands back from line 1, P2 from line 2
            mine = {line: word for line, word in off.items() if (one, line) != ("P2", 2)}
            panel.score_sheet(made, at, mine, one)
        panel.close(made, at, "P3")
        signing.sign(made, at, "committees", not again, "other" if again else "", "M037A")
    signing.sign(made, at, "supervision", True, "", "S037A")
    publish(made, at, "M037A")
    return made


def test_the_sheet_says_who_scored_stood_back_and_signed(terminal: Terminal, tmp_path: Path) -> None:
    with terminal.read() as conn:
        (table,) = scoring.sheet(Desk(terminal, conn), *YEAR)
        (none,) = scoring.sheet(Desk(terminal, conn), "2026-12-01", "2026-12-31")
    assert (table.number, none.rows) == ("2026-11-1", ())
    *rows, sums = reading.excel(table, tmp_path)
    told = {(row[1], row[3]): (reading.tenths(row[5]), reading.tenths(row[6]), row[7]) for row in rows}
    assert told == {
        (ZHANG, "庭院整洁"): (25, 25, None),
        (OUYANG, "庭院整洁"): (25, 10, None),
        (LI, "庭院整洁"): (25, 0, "评议组没有给分"),
        (LI, "乱倒垃圾"): (-10, -10, None),
    }
    assert [reading.tenths(cell) for cell in sums[5:7]] == [65, 25]
    facts = dict(table.facts)
    assert facts["评分人"] == "、".join(f"评议{one}" for one in PANEL)
    assert [value for label, value in table.facts if label == "回避"] == [
        "评议P1：第 1 行",
        "评议P2：第 2 行",
    ]
    assert facts["两委"] == "李秀梅，2026-11-25 签字"
    assert "张大山" in reading.pdf([table], tmp_path)


def test_the_notice_is_masked_and_stays_as_it_was_hung(terminal: Terminal, tmp_path: Path) -> None:
    hung = _notice(terminal)
    case = appeals.object_to(terminal, (1, _seq(terminal)), 2, "amount", household_id=OUYANG, actor="G037A")
    verdicts.decide(terminal, place(case.entry), "more", 20, "amount", "M037A", "S037A")
    assert _notice(terminal).rows == hung.rows
    assert hung.number == "0037-001"
    assert [(row[0], row[1], row[4]) for row in hung.rows] == [
        (1, "张＊山（0217）", 25),
        (2, "欧阳＊（0301）", 10),
        (4, "李＊（0302）", -10),
    ]
    text = reading.pdf([hung], tmp_path)
    assert "2026-11-25 — 2026-11-30" in text and "张大山" not in text
    with terminal.read() as conn:
        (none,) = notices.points(Desk(terminal, conn), "2026-12-01", "2026-12-31")
    assert none.rows == () and "没有公示。" in reading.pdf([none], tmp_path)


def _notice(terminal: Terminal) -> notices.Table:
    with terminal.read() as conn:
        (table,) = notices.points(Desk(terminal, conn), *YEAR)
    return table


def _seq(terminal: Terminal) -> int:
    with terminal.read() as conn:
        return int(conn.exec_driver_sql("SELECT seq FROM notice").scalar() or 0)
