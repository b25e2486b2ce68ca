"""Letters of goods' names, as people type them."""

from __future__ import annotations

import tomllib

import pytest

from kiosk.initials import fits, initials
from kiosk.paths import assets_dir


@pytest.mark.parametrize(
    ("words", "letters"),
    [
        ("大米 5公斤", "DM5GJ"),
        ("洗衣粉", "XYF"),
        ("啊杂座", "AZZ"),
        ("荞麦馍", "QMM"),
        ("Tea 🍵", "TEA"),
        ("", ""),
    ],
)
def test_letters(words: str, letters: str) -> None:
    assert initials(words) == letters


def test_search_finds_any_part_and_either_case() -> None:
    assert fits("大豆油 5升", "dy") and fits("大豆油 5升", "DDY") and not fits("大豆油 5升", "MI")


def test_every_character_of_the_shipped_goods_has_its_letter() -> None:
    folder = assets_dir() / "catalogue"
    goods = tomllib.loads((folder / "goods.toml").read_text("utf-8"))["good"]
    wishes = tomllib.loads((folder / "wishes.toml").read_text("utf-8"))["wish"]
    for title in [good["name"] for good in goods] + [wish["title"] for wish in wishes]:
        assert len(initials(title)) == sum(character.isalnum() for character in title), title
