"""One and many in English, and figures that look alike everywhere."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.paths import assets_dir
from kiosk.words import Words, points

# A field with a number is followed by what there are so many of; these follow fields that hold a name.
NAMED = {
    "name",
    "names",
    "slip",
    "staff",
    "who",
    "home",
    "item",
    "period",
    "move",
    "entry",
    "amounts",
    "number",
    "line",
}
NO_PLURALS = {"is", "was", "has", "its", "this", "costs", "holds", "moved", "stands", "does", "less"}
_COUNTED = re.compile(r"\{(\w+)\} (?:(?:more|new|borrowed|working|point|whole) )?([a-z]+s|people)\b(?! is\b)")
_VERB = re.compile(r"\|[a-z]+\} (are|were|have|do|end|expire|remain)\b")
_BETWEEN = re.compile(
    r"[{\w}]+ to \{\w+\} [a-z]+|\{\w+\}, owed \{\w+\} pts"
)  # several numbers: 1 to 5 points


@pytest.mark.parametrize(
    ("key", "field", "told"),
    [
        ("ui.duty.voids", "n", ("0 voids to review", "1 void to review", "2 voids to review")),
        ("ui.duty.near", "n", ("0 lots expire soon", "1 lot expires soon", "2 lots expire soon")),
        ("ui.shelf.have", "points", ("0 points to use", "1 point to use", "2 points to use")),
        ("ui.wishes.votes", "n", ("0 want it", "1 wants it", "2 want it")),
        (
            "refused.not-enough-points",
            "missing",
            tuple(
                f"{said} missing. Go back and take something out."
                for said in ("0 points are", "1 point is", "2 points are")
            ),
        ),
    ],
)
def test_none_one_and_two(key: str, field: str, told: tuple[str, str, str]) -> None:
    words = Words("en")
    assert tuple(words(key, **{field: n}) for n in (0, 1, 2)) == told
    assert tuple(words(key, **{field: str(n)}) for n in (0, 1, 2)) == told


def test_each_number_of_a_sentence_for_itself_and_parts_of_one_are_many() -> None:
    words = Words("en")
    assert words("measures.repaid", repaid=1, owed=2) == "1 point repaid, 2 still owed."
    some = "ui.task.activity-credit.done_some"
    assert words(some, homes=1, points="12.5", left=1).startswith("1 household got 12.5 points. This one did")
    assert words(some, homes=2, points="1", left=3).startswith("2 households got 1 point. These 3 did")
    assert words("ui.shelf.have", points_tenths=5) == "0.5 points to use"
    assert words("ui.shelf.have", points_tenths=-10) == "-1 point to use"


def _sentences() -> Iterator[tuple[str, str]]:
    for path in sorted((assets_dir() / "locale").glob("*en.toml")):
        yield from _flat(path.name, tomllib.loads(path.read_text("utf-8")))


def _flat(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix} {name}", value)
        else:
            yield f"{prefix} {name}", value


def _wrong(text: str) -> bool:
    counted = [
        noun
        for field, noun in _COUNTED.findall(_BETWEEN.sub("", text))
        if field not in NAMED and noun not in NO_PLURALS
    ]
    return bool(counted or _VERB.search(text))


def test_no_sentence_counts_without_its_singular() -> None:
    assert _wrong("{n} voids to review") and _wrong("{n} {n:stub|stubs} are missing") and _wrong("{n} people")
    assert not _wrong("{n} {n:void|voids} to review") and not _wrong("{name} costs nothing")
    assert not {key: text for key, text in _sentences() if _wrong(text)}


def test_every_form_is_of_a_field_with_one_and_many() -> None:
    for key, text in _sentences():
        for _, field, spec, _ in string.Formatter().parse(text):
            if spec and "|" in spec:
                assert spec.count("|") == 1 and all(spec.split("|")), key
                assert f"{{{field}}}" in text, f"{key}: the number itself is not said"


def test_large_figures_are_grouped_and_decimals_have_a_point() -> None:
    assert [points(tenths) for tenths in (9_990, 10_000, 18_605, -12_345_670)] == [
        "999",
        "1,000",
        "1,860.5",
        "-1,234,567",
    ]
    assert "12,340.5" in Words()("ui.shelf.have", points_tenths=123_405)
