"""A slip full of rare names is complete on every model of printer."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.printer.glyphs import in_font
from drivers.printer.profile import profile, profiles
from drivers.printer.simulated_engine import MISSING
from drivers.printer.simulated_paper import TextLine
from tests.kiosk import slip_pictures
from tests.kiosk.slip_pictures import LATIN, MONGOLIAN, RARE, printed


@pytest.mark.parametrize("name", profiles())
def test_every_character_of_a_name_is_on_the_paper(name: str) -> None:
    model = profile(name)
    slip = printed(model, "stub")
    assert not any(MISSING in line or "〓" in line or "?" in line for line in slip.lines)
    names = next(item for item in slip.items if isinstance(item, TextLine) and "户主 " in item.text)
    drawn = [mark for mark in names.marks if mark.columns]
    assert len(drawn) == sum(not in_font(ch, model.font_set) for ch in RARE)
    assert all(any(mark.columns) for mark in drawn), "ink"
    collector = next(i for i in slip.items if isinstance(i, TextLine) and "领取人 " in i.text)
    rare = [ch for ch in MONGOLIAN + LATIN.replace(" ", "") if not in_font(ch, model.font_set)]
    drawn = [mark for mark in collector.marks if mark.columns]
    assert len(drawn) == len(rare) > len(MONGOLIAN)
    assert all(any(mark.columns) for mark in drawn)


def test_there_is_a_picture_of_each_copy_of_each_model(tmp_path: Path) -> None:
    made = slip_pictures.take(tmp_path)
    assert len(made) == 2 * len(profiles())
    assert all(path.stat().st_size > 2000 for path in made)
