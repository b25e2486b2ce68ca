"""`kiosk import goods-stock` as two people use it: all rows or none, the first wrong one named."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.kiosk.cli.conftest import Kiosk

TWO = ("--staff", "M037A", "--second", "R037A", "--json")


def _csv(path: Path, *rows: str) -> str:
    path.write_text("品号,件数,保质期至\n" + "\n".join(rows) + "\n", "utf-8-sig")
    return str(path)


def test_a_list_comes_in_as_one_delivery(kiosk: Kiosk, tmp_path: Path) -> None:
    path = _csv(tmp_path / "list.csv", "soap,12,2027-06-01", "rice5,3,")
    before = kiosk.books()
    assert kiosk("import", "goods-stock", path, "--dry-run", "--json").json == {"rows": 2, "dry_run": True}
    assert kiosk.books() == before
    done = kiosk("import", "goods-stock", path, "--fund", "collective", *TWO)
    assert (done.code, done.json["rows"]) == (0, 2)
    stock = {item["sku"]: item["stock"] for item in kiosk("stock", "list", "--json").json["items"]}
    assert (stock["soap"], stock["rice5"]) == (412, 403)
    assert kiosk("verify").code == 0


@pytest.mark.parametrize(
    ("row", "column"),
    [("nothing,1,", "品号"), ("soap,0,", "件数"), ("soap,x,", "件数"), ("soap,1,bald", "保质期至")],
)
def test_a_wrong_row_keeps_all_out(kiosk: Kiosk, tmp_path: Path, row: str, column: str) -> None:
    before = kiosk.books()
    ran = kiosk("import", "goods-stock", _csv(tmp_path / "list.csv", "rice5,3,", row), *TWO)
    assert (ran.code, ran.json["refused"]) == (3, "import-wrong")
    assert f"第 3 行的{column}" in ran.json["message"]
    assert kiosk.books() == before


def test_who_and_what_is_needed(kiosk: Kiosk, tmp_path: Path) -> None:
    path = _csv(tmp_path / "list.csv", "soap,12,")
    alone = kiosk("import", "goods-stock", path, "--staff", "M037A", "--json")
    assert (alone.code, alone.json["refused"]) == (3, "second-needed")
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    other = kiosk("import", "goods-stock", str(tmp_path / "bad.csv"), *TWO)
    assert (other.code, other.json["refused"]) == (3, "import-unreadable")
    template = tmp_path / "template.xlsx"
    assert kiosk("import", "template", str(template)).code == 0
    assert "品号*" in [cell.value for row in load_workbook(template).active for cell in row]
