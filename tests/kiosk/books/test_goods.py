"""进出货台账 read back equals a fold of the raw journal, lot by lot, over any days."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.books import funding, goods
from kiosk.books.forms import Desk
from kiosk.books.table import Table
from kiosk.ledger import stock
from kiosk.services.stock import Delivered, donate
from kiosk.services.terminal import Terminal
from tests.kiosk.books import raw, reading
from tests.kiosk.books.conftest import TWO
from tests.village import GOODS

NAMES = {name: sku for sku, name, *_ in GOODS}


def _ledger(terminal: Terminal, first: str, last: str) -> Table:
    with terminal.read() as conn:
        return goods.ledger(Desk(terminal, conn), first, last)


@pytest.mark.parametrize(
    ("first", "last"),
    [("2026-01-01", "2026-12-31"), ("2026-11-24", "2026-12-31"), ("2026-11-01", "2026-11-29")],
)
def test_each_lot_balances_as_the_raw_journal_says(
    diary: Terminal, tmp_path: Path, first: str, last: str
) -> None:
    rows = reading.excel(_ledger(diary, first, last), tmp_path)
    told = {}
    for name, _unit, lot, opening, came, redeemed, issued, off, sent, counted, closing in rows:
        assert opening + came - redeemed - issued - off - sent + counted == closing
        told[NAMES[name], lot] = (opening, closing)
    wanted = {}
    for key, moves in raw.goods(diary.settings.data_dir).items():
        opening = sum(pieces for day, pieces in moves if day < first)
        closing = sum(pieces for day, pieces in moves if day <= last)
        if opening or any(first <= day <= last for day, _ in moves):
            wanted[key] = (opening, closing)
    assert told == wanted


def test_what_went_stands_in_its_column(diary: Terminal, tmp_path: Path) -> None:
    rows = reading.excel(_ledger(diary, "2026-01-01", "2026-12-31"), tmp_path)
    vinegar = next(row for row in rows if row[0] == "陈醋 500毫升")
    assert vinegar[3:] == [0, 400, 3, 0, 3, 0, 0, 394]
    assert vinegar[1] == "瓶"


def test_every_kind_that_moves_goods_has_its_column() -> None:
    assert goods.COLUMN_OF.keys() == stock.KINDS


def test_the_fund_notice_masks_who_gave_and_names_who_decided(diary: Terminal, tmp_path: Path) -> None:
    donate(diary, (Delivered(sku="soap", pieces=10),), "赵老板", *TWO)
    with diary.read() as conn:
        table = funding.notice(Desk(diary, conn), "2026-11-24", "2026-12-31")
    *rows, sums = reading.excel(table, tmp_path)
    assert [(row[0], row[2], row[4], reading.tenths(row[5]), row[6]) for row in rows] == [
        ("集体经济补充", "肥皂", 40, 1200, None),
        ("社会捐助", "肥皂", 10, 300, "赵＊板"),
    ]
    assert reading.tenths(sums[5]) == 1500
    assert "赵老板" not in reading.pdf([table], tmp_path)
