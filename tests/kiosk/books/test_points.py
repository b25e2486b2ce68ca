"""积分台账 read back from Excel, LibreOffice and PDF equals a fold of the raw journal."""

from __future__ import annotations

from pathlib import Path

from kiosk.books import points
from kiosk.books.forms import Desk
from kiosk.books.table import Table
from kiosk.ledger.postings import POINT_KINDS
from kiosk.services.terminal import Terminal
from kiosk.words import Words
from tests.kiosk.books import raw, reading
from tests.kiosk.books.conftest import HOUSE

FIRST, LAST = "2026-01-01", "2026-12-31"


def _ledger(terminal: Terminal, first: str = FIRST, last: str = LAST, household: str = "") -> Table:
    with terminal.read() as conn:
        return points.ledger(Desk(terminal, conn), first, last, household)


def test_excel_says_what_the_raw_journal_says(diary: Terminal, tmp_path: Path) -> None:
    table = _ledger(diary)
    *rows, sums = reading.excel(table, tmp_path)
    told = [(row[0], row[1], row[2], tuple(map(reading.tenths, row[6:10]))) for row in rows]
    assert told == raw.ledger(diary.settings.data_dir)
    assert sums[0] == "合计"
    assert [reading.tenths(value) for value in sums[6:10]] == [
        sum(changes[at] for *_, changes in raw.ledger(diary.settings.data_dir)) for at in range(4)
    ]


def test_libreoffice_reads_the_same(diary: Terminal, tmp_path: Path) -> None:
    *rows, sums = reading.libreoffice(_ledger(diary), tmp_path)
    told = [(row[0], row[1], row[2], tuple(map(reading.tenths, row[6:10]))) for row in rows]
    assert told == raw.ledger(diary.settings.data_dir)
    assert sums[0] == "合计"


def test_one_household_and_some_days(diary: Terminal, tmp_path: Path) -> None:
    rows = reading.excel(_ledger(diary, "2026-11-24", LAST, HOUSE), tmp_path)[:-1]
    whole = raw.ledger(diary.settings.data_dir)
    assert rows == [] and not [one for one in whole if one[0] >= "2026-11-24" and one[2] == HOUSE]
    rows = reading.excel(_ledger(diary, FIRST, "2026-11-23", HOUSE), tmp_path)[:-1]
    assert [row[1] for row in rows] == [one[1] for one in whole if one[2] == HOUSE]
    assert len(rows) > 4


def test_paper_says_it_too_and_numbers_its_pages(diary: Terminal, tmp_path: Path) -> None:
    text = reading.pdf([_ledger(diary), _ledger(diary, household=HOUSE)], tmp_path)
    for _day, entry, household, _changes in raw.ledger(diary.settings.data_dir):
        assert any(entry in line.split() and household in line.split() for line in text.splitlines())
    pages = text.split("\f")[:-1]
    for number, one in enumerate(pages, 1):
        assert f"第{number}页共{len(pages)}页" in "".join(one.split())
        assert "校验码" in one, "headings stand on each page"


def test_every_kind_that_moves_points_has_its_word() -> None:
    for locale in ("zh-CN", "en"):
        assert not {kind for kind in POINT_KINDS if f"books.kind-{kind}" not in Words(locale)}
