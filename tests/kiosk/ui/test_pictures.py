"""What `make screens` takes and says: the list, the contrast on the glass, the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from PIL.ImageColor import getrgb

from tests.kiosk.ui import fake, longest, pixels, sheet
from tests.kiosk.ui.pictures import pictured
from tests.kiosk.ui.rig import Rig
from tests.kiosk.ui.shots import CASES, WALKS, WORST, pairs, pairwise, shots, windows
from tests.kiosk.ui.strangers import Answer, answers

SIZE = (1024, 600)


def test_every_pair_of_values_that_the_program_offers_is_taken_on_every_walk() -> None:
    every = set().union(*map(pairs, windows()))
    for walk in WALKS:
        some = [shot for shot in shots({}) if shot.walk == walk and not shot.case]
        taken = [(shot.size, shot.locale, shot.theme, shot.text_size) for shot in some]
        assert set().union(*map(pairs, taken)) == every
        assert len(taken) == len(set(taken)) < len(windows()) / 4
    assert ((0, "1024x600"), (3, "largest")) not in every  # the program does not offer it
    assert ((0, "1280x800"), (3, "largest")) in every


def test_pairwise_of_two_dimensions_is_every_combination() -> None:
    possible = [("a", "1", "x", "y"), ("a", "2", "x", "y"), ("b", "1", "x", "y"), ("b", "2", "x", "y")]
    assert sorted(pairwise(possible)) == possible


def test_the_worst_cases_are_offered_and_taken_on_every_walk() -> None:
    assert set(WORST) <= set(windows())
    taken = {(shot.walk, shot.case) for shot in shots({})}
    assert taken == {(walk, case) for walk in WALKS for case in CASES}


def test_the_list_is_narrowed_by_values_and_other_keys_are_settings_of_each_window() -> None:
    some = shots({"size": "1280x800", "locale": "en", "theme": "", "camera_place": "left"}, ["desk"])
    assert some
    assert {(shot.walk, shot.size, shot.locale) for shot in some} == {("desk", "1280x800", "en")}
    assert {shot.settings for shot in some} == {(("camera_place", "left"),)}
    (one,) = shots(
        {"size": "1024x600", "locale": "en", "theme": "contrast", "text_size": "normal"}, ["tasks"]
    )
    assert one.look == "1024x600 en contrast normal"  # not of the pairwise list, so it is made for it
    assert shots({"size": "1024x600", "text_size": "largest"}) == []
    assert {shot.case for shot in shots({"case": "longest"})} == {"longest"}


def test_long_words_reach_what_services_answer() -> None:
    terminal: Any = fake.FakeTerminal(bus=None)  # type: ignore[arg-type]
    told = longest.services(fake.services())
    assert told.find.by_card(terminal, fake.CARD_217).name == longest.WORDS["张大山"]
    shelf = [item.name for item in told.shelf.shelf(terminal)]
    assert longest.WORDS["大米 5公斤"] in shelf and "大米 5公斤" not in shelf
    assert longest.WORDS["张大山"] in str(told.why.why(terminal, 1, 0))


# contrast


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A small window with real pixels."""
    rig = Rig(tmp_path_factory.mktemp("drawn"), *SIZE, drawn=True)
    yield rig
    rig.close()


@pytest.mark.parametrize("theme", pixels.LEAST)
def test_words_are_as_dark_on_the_glass_as_the_theme_means(drawn: Rig, tmp_path: Path, theme: str) -> None:
    drawn.do("anew", {"theme": theme})
    drawn.window.wait_for("attract", where=lambda s: len(s["widgets"]) > 8)
    for act, screen in ((None, "attract"), (fake.CARD_217, "account")):
        if act:
            drawn.do("scan", act)
        drawn.window.wait_for(screen)
        picture, state = pictured(drawn.window, tmp_path / "page.png")
        labels = pixels.measured(picture, state)
        assert len(labels) > 10
        assert not pixels.faint(labels, theme)
        # The same page behind a fog as dense as its own ground: every label is too faint, and said to be.
        fog = Image.new("RGB", picture.size, labels[0].ground)
        pale = pixels.measured(Image.blend(picture, fog, 0.8), state)
        assert len(pixels.faint(pale, theme)) > len(labels) / 2


def label(**more: Any) -> dict[str, Any]:
    """One label, as the inspector tells of it."""
    about = {"text": "words", "x": 20, "y": 10, "w": 100, "h": 40, "texture": [80, 20], "label": True}
    return {**about, "visible": True, "enabled": True, "covered": False, "seen": [20, 10, 120, 50], **more}


def drawing(ink: str, ground: str) -> Image.Image:
    """Strokes in the middle of that label, two pixels wide, each beside a paler edge."""
    picture = Image.new("RGB", (200, 100), ground)
    draw = ImageDraw.Draw(picture)
    between = tuple(sum(both) // 2 for both in zip(getrgb(ink), getrgb(ground), strict=True))
    for left in range(40, 90, 6):
        draw.rectangle((left - 1, 24, left + 2, 36), fill=between)
        draw.rectangle((left, 24, left + 1, 36), fill=ink)
    return picture


def faint(ink: str, *labels: dict[str, Any], theme: str = "light", ground: str = "#FFFFFF") -> list[str]:
    return pixels.faint(pixels.measured(drawing(ink, ground), {"toast": "", "widgets": labels}), theme)


def test_the_measure_knows_the_published_ratios() -> None:
    (black,) = pixels.measured(drawing("#000000", "#FFFFFF"), {"toast": "", "widgets": [label()]})
    assert (round(black.ratio, 2), black.ink, black.ground) == (21.0, "#000000", "#FFFFFF")
    assert not faint("#767676", label())  # 4.54:1, the greyest that passes on white
    assert len(faint("#777777", label())) == 1  # 4.48:1
    assert len(faint("#767676", label(), theme="contrast")) == 1
    assert len(faint("#595959", label(), ground="#1A1613", theme="dark")) == 1


def test_what_cannot_be_used_or_is_not_to_be_seen_is_not_judged() -> None:
    pale = "#DDDDDD"
    assert len(faint(pale, label())) == 1
    assert not faint(pale, label(enabled=False))
    assert not faint(pale, label(covered=True))
    assert not faint(pale, label(visible=False))
    assert not faint(pale, label(seen=[20, 30, 120, 50]))  # half of it scrolled away
    assert not faint(pale, label(x=-60, seen=[0, 10, 40, 50]))
    toast = label(
        text="toast", x=130, seen=[130, 10, 230, 50], font=20
    )  # its ground lies over the words beside it
    state = {"toast": "toast", "widgets": [label(), toast]}
    assert not pixels.faint(pixels.measured(drawing(pale, "#FFFFFF"), state), "light")
    assert pixels.faint(pixels.measured(drawing(pale, "#FFFFFF"), state | {"toast": ""}), "light")


def test_words_over_a_picture_are_told_apart_from_words_on_a_ground() -> None:
    picture = Image.new("RGB", (200, 100))
    picture.paste(Image.linear_gradient("L").resize((80, 20)), (30, 20))
    (one,) = pixels.measured(picture, {"toast": "", "widgets": [label()]})
    assert one.ratio == 0


# the sheet


def test_the_sheet_has_each_page_once_with_its_pictures_faults_and_answers(tmp_path: Path) -> None:
    some = shots({"size": "1280x800"}, ["desk"])[:2]
    taken = [
        sheet.Taken(
            shot,
            "books",
            tmp_path / f"{n}.png",
            tmp_path / f"small/{n}.jpg",
            ("books: <pale>",) if n else (),
        )
        for n, shot in enumerate(some)
    ]
    said = {"desk": {"books": (Answer(purpose="copying", next="tap 写入", right=True),)}}
    text = sheet.write(tmp_path, taken, [tmp_path / "slip.png"], said).read_text("utf-8")
    assert text.count('id="desk.books"') == 1
    for found in (
        'href="0.png"',
        'src="small/1.jpg"',
        "&lt;pale&gt;",
        "✓ For: copying",
        "1 of 1 right",
        "slip.png",
    ):
        assert found in text
    assert "http" not in text  # nothing from elsewhere


def test_strangers_answers_are_read_and_of_pages_that_there_are(tmp_path: Path) -> None:
    assert answers(tmp_path / "none.toml") == {}
    assert set(answers()) <= set(WALKS)
    assert any(one.right for pages in answers().values() for some in pages.values() for one in some)
