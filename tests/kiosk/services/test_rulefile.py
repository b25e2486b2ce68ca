"""Rule files: the shipped examples hold, and what is wrong in a file is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.ledger.rules import CATEGORIES
from kiosk.services import rulefile
from kiosk.services.feedrows import CapRow
from kiosk.words import Words

GOOD = """name = "试"
[[rule]]
rule = "yard"
category = "civility"
title = "庭院整洁"
points = 2.5
"""


def test_the_shipped_examples() -> None:
    found = rulefile.shipped()
    assert len(found) == 24
    assert [sum(one.category == name for one in found) for name in CATEGORIES] == [4] * 6
    assert {one.rule for one in found} >= {"tidy-yard", "study-talk", "party-volunteer", "law-breach"}
    assert sum(one.sign == "take" for one in found) == 4
    measures = rulefile.shipped_measures()
    assert len(measures) == 14
    assert {one.kind for one in measures} == {"add", "deduct", "borrow", "save"}
    assert {one.measure for one in found} <= {""} | {one.measure for one in measures}


@pytest.mark.parametrize("name", ["rules", "measures"])
def test_the_shipped_files_say_that_they_are_examples(name: str) -> None:
    path = Path(rulefile.assets_dir()) / "catalogue" / f"{name}.toml"
    assert "示例，不是官方文件" in path.read_text("utf-8").splitlines()[0]
    assert "示例" in rulefile.load(path).name


def test_a_rule(tmp_path: Path) -> None:
    text = GOOD + 'least = 1\nmost = 5\ncaps = [{ per = "month", of = "member", points = 10, times = 4 }]\n'
    (one,) = _sheet(tmp_path, text).rules
    assert (one.amount, one.least, one.most, one.sign) == (25, 10, 50, "give")
    assert one.caps == (CapRow("month", "member", 100, 4),)
    (bare,) = _sheet(tmp_path, GOOD.replace("2.5", "-2.5")).rules
    assert (bare.amount, bare.least, bare.most, bare.sign, bare.caps) == (25, 25, 25, "take", ())


@pytest.mark.parametrize(
    ("more", "line", "code"),
    [
        ("points = 1\n", 7, "unreadable"),
        ("points1 = 1\n", 7, "form"),
        ("evidence = 'film'\n", 7, "form"),
        ("least = '1'\n", 7, "form"),
        ("caps = [\n  { per = 'month', points = 5 },\n  { per = 'moon', points = 5 },\n]\n", 7, "form"),
        ("caps = [{ per = 'month' }]\n", 7, "cap-empty"),
        ("caps = [{ per = 'month', points = 2 }]\n", 7, "cap-below"),
        ("caps = [{ per = 'month', points = 5.55 }]\n", 7, "tenths"),
        ("least = 3\n", 7, "bounds"),
        ("least = 1\nmost = 2\n", 8, "bounds"),
        ("most = 3.25\n", 7, "tenths"),
        ("from = '2027-02-30'\n", 7, "day"),
        ("measure = 'none-such'\n", 7, "measure"),
        ("[[rule]]\nrule = 'yard'\ncategory = 'law'\ntitle = 'x'\npoints = 1\n", 8, "twice"),
        ("[[rule]]\nrule = 'other'\ncategory = 'civility'\ntitle = 'x'\n", 7, "form"),
        ("[[rule]]\nrule = 'b'\ncategory = 'laws'\ntitle = 'x'\npoints = 1\n", 9, "category"),
        ("[[rule]]\nrule = 'b'\ncategory = 'law'\ntitle = 'x'\npoints = 0\n", 11, "no-points"),
        ("[[goods]]\nsku = 'x'\n", 7, "unknown-table"),
        (
            "[[measure]]\nmeasure = 'a'\nkind = 'add'\ntitle = 'x'\ntext = 'y'\nsettings = ['z']\n",
            12,
            "setting",
        ),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, more: str, line: int, code: str) -> None:
    sheet = _sheet(tmp_path, GOOD + more)
    assert [(one.line, one.code) for one in sheet.problems] == [(line, code)]
    for locale in ("zh-CN", "en"):
        assert Words(locale)(f"rulefile.{code}", **sheet.problems[0].params)


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("civility", "yards").replace("2.5", "2.55") + "[[rule]]\nrule = 'A b'\n"
    assert [one.line for one in _sheet(tmp_path, text).problems] == [4, 6, 8]


def test_an_empty_file_and_no_file(tmp_path: Path) -> None:
    assert [one.code for one in _sheet(tmp_path, "name = 'x'\n").problems] == ["empty"]
    with pytest.raises(FileNotFoundError):
        rulefile.load(tmp_path / "none.toml")


def test_every_problem_has_its_words() -> None:
    source = Path(rulefile.__file__).read_text("utf-8")
    keys = {key.partition(".")[2] for key in Words().keys() if key.startswith("rulefile.")}  # noqa: SIM118
    assert all(f'"{key}"' in source for key in keys)


def _sheet(folder: Path, text: str) -> rulefile.Sheet:
    path = folder / "rules.toml"
    path.write_text(text, "utf-8")
    return rulefile.load(path)
