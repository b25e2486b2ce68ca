"""兑换登记表 and 物资兑换公示 against the raw journal: what stands, what came back, whose names are whole."""

from __future__ import annotations

from pathlib import Path

from kiosk.books import redemptions
from kiosk.books.forms import Desk
from kiosk.services.terminal import Terminal
from tests.kiosk.books import raw, reading

FIRST, LAST = "2026-01-01", "2026-12-31"


def test_the_register_lists_what_stands(diary: Terminal, tmp_path: Path) -> None:
    with diary.read() as conn:
        table = redemptions.register(Desk(diary, conn), FIRST, LAST)
    *rows, sums = reading.excel(table, tmp_path)
    told = [(row[0], row[2], row[5], reading.tenths(row[6])) for row in rows]
    wanted = raw.handed_out(diary.settings.data_dir)
    assert told == wanted
    assert (sums[5], reading.tenths(sums[6])) == (
        sum(one[2] for one in wanted),
        sum(one[3] for one in wanted),
    )
    assert {row[3] for row in rows} == {"张大山", "试一户"}
    assert [row[7] for row in rows].count("退货") == 1


def test_the_wall_shows_masked_names_only(diary: Terminal, tmp_path: Path) -> None:
    with diary.read() as conn:
        table = redemptions.notice(Desk(diary, conn), FIRST, LAST)
    told = [(row[0], row[3], reading.tenths(row[4])) for row in reading.excel(table, tmp_path)[:-1]]
    wanted = raw.handed_out(diary.settings.data_dir)
    assert told == [(day, pieces, points) for day, _household, pieces, points in wanted]
    text = reading.pdf([table], tmp_path)
    assert "张＊山（0217）" in text
    for secret in ("张大山", "试一户", "0370217"):
        assert secret not in text
