"""Lists of people from Excel and CSV: every wrong row named, nothing half there, no number said again."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from kiosk.keys import identity_digest
from kiosk.services import find, rules
from sync.county import imports, registry
from sync.county.cli import main
from sync.county.database import County, open_county
from sync.county.settings import CountySettings
from sync.county.tables import cards, centres, digests, feed_rows, households, orders, staff
from tests.village import Village, send

NUMBER = "34052419800101001X"  # the published example of GB 11643
HEAD = ["户号", "户主", "家庭成员数", "户主身份证号", "期初积分", "期初积分到期日"]
ROWS: list[list[Any]] = [
    [370217, "张大山", 4, NUMBER, 38.5, "2026-12-31"],
    ["0370301", "𠮷野春", 2, "", "10", ""],
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    assert main(["--data", str(folder), "init"]) == 0
    assert main(["--data", str(folder), "enrol", "037", "--name", "柳泉村"]) == 0
    return folder


def _excel(path: Path, *rows: list[Any]) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def _csv(path: Path, *rows: list[Any], encoding: str = "gb18030") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def _import(data: Path, path: Path, kind: str, *more: str) -> int:
    return main(["--data", str(data), "import", str(path), "--kind", kind, "--json", *more])


def _counts(data: Path) -> list[int]:
    county = _open(data)
    with county.read() as conn:
        found = [
            len(conn.execute(select(table)).all())
            for table in (households, digests, cards, staff, orders, feed_rows)
        ]
    county.close()
    return found


def _open(data: Path) -> County:
    return open_county(CountySettings(code="YS", name="示例旗", folder=str(data)))


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_households_come_in_with_what_they_had(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    title = [["住户名单"]] if form == "xlsx" else []
    write = _excel if form == "xlsx" else _csv
    path = write(tmp_path / f"list.{form}", *title, HEAD, *ROWS)
    before = _counts(data)
    assert _import(data, path, "households", "--dry-run") == 0
    assert _counts(data) == before, "a dry run writes nothing"
    capsys.readouterr()
    assert _import(data, path, "households") == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["opening_tenths"] == 485
    assert "2/2" in told.err and NUMBER not in told.err + told.out
    county = _open(data)
    with county.read() as conn:
        found = {row.household: row for row in conn.execute(select(households))}
        assert {number: row.name for number, row in found.items()} == {
            "0370217": "张大山",
            "0370301": "𠮷野春",
        }
        key = conn.execute(select(centres.c.centre_key)).scalar_one()
        assert conn.execute(select(digests.c.digest)).scalars().all() == [identity_digest(key, NUMBER)]
        given = conn.execute(select(orders.c.household, orders.c.amount, orders.c.do)).all()
        assert sorted(map(tuple, given)) == [
            ("0370217", 385, "open-balance"),
            ("0370301", 100, "open-balance"),
        ]
    county.close()
    after = _counts(data)
    assert _import(data, path, "households") == 3, "the same list again would give the points twice"
    assert _counts(data) == after


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (["12345678", "张大山", 4, "", 0, ""], "户号"),
        (["0990001", "张大山", 4, "", 0, ""], "户号"),
        (["0370217", "", 4, "", 0, ""], "户主"),
        (["0370217", "张大山", 0, "", 0, ""], "家庭成员数"),
        (["0370217", "张大山", 4, "340524198001010011", 0, ""], "户主身份证号"),
        (["0370217", "张大山", 4, 340524198001010000, 0, ""], "户主身份证号"),
        (["0370217", "张大山", 4, "", "38.55", ""], "期初积分"),
        (["0370217", "张大山", 4, "", -5, ""], "期初积分"),
        (["0370217", "张大山", 4, "", 0, "明年"], "期初积分到期日"),
        (["0370301", "张大山", 4, "", 0, ""], "户号"),
    ],
)
def test_a_wrong_row_is_named_and_keeps_all_out(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], row: list[Any], column: str
) -> None:
    path = _excel(tmp_path / "list.xlsx", HEAD, ROWS[1], row)
    before = _counts(data)
    capsys.readouterr()
    assert _import(data, path, "households") == 3
    told = capsys.readouterr()
    (wrong,) = json.loads(told.out)["rows"]
    assert (wrong["row"], wrong["column"]) == (3, column)
    assert f"row 3, {column}" in told.err
    assert "3405241980" not in told.err + told.out
    assert _counts(data) == before


def test_members_cards_and_staff(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _import(data, _excel(tmp_path / "h.xlsx", HEAD[:2], ["0370217", "张大山"]), "households") == 0
    assert _counts(data)[1] == 0
    assert (
        _import(
            data,
            _excel(tmp_path / "m.xlsx", ["户号", "姓名", "身份证号"], ["0370217", "张小山", NUMBER]),
            "members",
        )
        == 0
    )
    assert _counts(data)[1] == 1
    capsys.readouterr()
    people = _csv(
        tmp_path / "s.csv",
        ["工号", "兑换点", "姓名", "角色", "初始密码"],
        ["M037A", "37", "李秀梅", "管理员", "246810"],
        ["S037A", "037", "孙桂兰", "supervisor", "135790"],
        encoding="utf-8-sig",
    )
    assert _import(data, people, "staff") == 0
    told = capsys.readouterr()
    assert "246810" not in told.out + told.err
    assert [text.split(":")[0] for text in json.loads(told.out)["cards"]] != []
    assert _import(data, people, "staff") == 3
    capsys.readouterr()
    listed = _excel(tmp_path / "c.xlsx", ["户号"], ["0370217"])
    assert _import(data, listed, "cards") == 0
    (text,) = json.loads(capsys.readouterr().out)["cards"]
    assert "0370217" in text
    assert _import(data, listed, "cards") == 3
    assert _counts(data)[2:4] == [1, 2]


def test_members_come_to_their_terminal_by_name(
    data: Path, tmp_path: Path, village: Village, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the county's list to the terminal: numbers for caps by person, names to look people up by."""
    household = _excel(tmp_path / "h.xlsx", [*HEAD[:3]], ["0370777", "张大山", 1])
    assert _import(data, household, "households") == 0
    head = ["户号", "姓名", "身份证号", "成员序号", "出生年", "状态"]
    listed = [["0370777", "张大山", NUMBER, 1, 1980], ["0370777", "欧阳小雨", "", "", 2011]]
    assert _import(data, _excel(tmp_path / "m.xlsx", head, *listed), "members") == 0
    moved = [["0370777", "欧阳小雨", "", "", "", "迁出"], ["0370777", "刘海棠", "", "", ""]]
    assert _import(data, _excel(tmp_path / "n.xlsx", head, *moved), "members") == 0
    county = _open(data)
    with county.read() as conn:
        rows = conn.execute(select(feed_rows.c.row).where(feed_rows.c.scope == "centre:037")).scalars().all()
    county.close()
    terminal = village.terminal()
    send(terminal, "centre:037", *[(kind, body) for _at, kind, body, *_ in map(json.loads, rows)])
    assert rules.members(terminal, "0370777") == ((1, "张大山"), (3, "刘海棠"))
    for typed in ("lht", "LH", "海棠"):
        [found] = find.by_name(terminal, typed, "forgot")
        assert (found.household, found.members) == ("0370777", 2)
    for wrong in (["0370777", "", ""], ["0370777", "李", "", 0, 58], ["0370777", "李", "", "", "", "走了"]):
        assert _import(data, _excel(tmp_path / "w.xlsx", head, wrong), "members") == 3
    assert NUMBER not in capsys.readouterr().err


def test_nothing_of_a_list_stays_when_writing_fails(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _counts(data)
    county = _open(data)
    people = [
        registry.Person(staff=f"M{at}", centre="037", name="李", role="manager", pin="246810")
        for at in range(2)
    ]
    put = registry.feed.append
    calls: list[int] = []

    def fail(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise OSError("disk full")
        return put(*given)

    monkeypatch.setattr(registry.feed, "append", fail)
    with pytest.raises(OSError, match="disk full"):
        registry.add_people(county, people)
    county.close()
    monkeypatch.undo()
    assert _counts(data) == before


@pytest.mark.parametrize("kind", imports.KINDS)
def test_a_template_filled_in_is_a_list(data: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "template.xlsx"
    assert main(["import", "--template", kind, "--to", str(path)]) == 0
    book = load_workbook(path)
    rows = [[cell for cell in row if cell] for row in book.active.iter_rows(values_only=True)]
    assert any("户号*" in row or "工号*" in row for row in rows)
    assert _import(data, path, kind) == 0, "an empty list is no mistake"


def test_other_files_are_refused(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"no zip")
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "b.csv").write_bytes(b"\xff\xff\xff\n")
    _csv(tmp_path / "c.csv", ["名字"], ["张大山"])
    for name in ("a.xlsx", "a.txt", "b.csv", "c.csv"):
        assert _import(data, tmp_path / name, "households") == 3, name
    assert _import(data, tmp_path / "none.csv", "households") == 2
    assert main(["--data", str(data), "import"]) == 2
    assert "张大山" not in capsys.readouterr().err
