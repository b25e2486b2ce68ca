"""The parts of the screens that need no window: theme, words, line breaks, masks."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.paths import assets_dir
from kiosk.ui import form
from kiosk.ui.i18n import Tr
from kiosk.ui.theme import PALETTES, TEXT_SIZES, TextSize, Theme, contrast
from kiosk.words import Words
from kiosk.wrap import pieces, wrap
from tests.kiosk.ui.fits import faults

UI = Path(form.__file__).parent

PAIRS = [  # text tone, ground
    *((ink, ground) for ink in ("ink", "ink2", "red_text") for ground in ("paper", "surface")),
    ("ink", "quiet"),
    ("ink2", "quiet"),
    ("idle", "quiet"),
    ("on_red", "red"),
    ("on_red", "red_dark"),
    ("on_red", "veil"),
    ("red_text", "red_soft"),
    ("gold_text", "gold_soft"),
    ("gold_text", "gold_deep"),
    ("ink", "gold_deep"),
    ("gold_text", "surface"),
    ("gold_text", "paper"),
    ("green", "green_soft"),
    ("green", "surface"),
    ("surface", "ink"),
    ("teal", "teal_soft"),
    ("violet", "quiet"),
    ("green", "paper"),
]


@pytest.mark.parametrize("name", PALETTES)
def test_contrast_of_every_text_on_its_ground(name: str) -> None:
    least = 7.0 if name == "contrast" else 4.5
    theme = Theme(1920, 1080, name)  # type: ignore[arg-type]
    bad = {
        pair: round(contrast(theme.tone(pair[0]), theme.tone(pair[1])), 2)
        for pair in PAIRS
        if contrast(theme.tone(pair[0]), theme.tone(pair[1])) < least
    }
    assert not bad


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (1280, 800), (1024, 600)])
@pytest.mark.parametrize("text_size", TEXT_SIZES)
def test_no_text_under_the_floor_and_no_target_under_60(size: tuple[int, int], text_size: str) -> None:
    theme = Theme(*size, "light", text_size)  # type: ignore[arg-type]
    floor = {"normal": 18, "large": 22, "larger": 26, "largest": 30}[text_size]
    assert min(theme.fs(role) for role in ("place", "small", "body", "lead", "button")) >= floor
    assert theme.target >= 60 and theme.bar >= 60


def test_the_drawing_is_kept_at_its_own_size() -> None:
    assert (Theme(1920, 1080).fs("balance"), Theme(1920, 1080).target, Theme(1920, 1080).bar) == (150, 96, 96)
    assert Theme(1080, 1920).tall and Theme(1080, 1920).fs("balance") == 150
    assert Theme(1024, 600).compact and not Theme(1280, 800).compact


def test_text_sizes_that_would_not_fit_are_not_offered() -> None:
    assert Theme(1920, 1080).sizes == Theme(1080, 1920).sizes == Theme(1280, 800).sizes == TEXT_SIZES
    assert Theme(1024, 600).sizes == ("normal", "large")


def test_fewer_goods_side_by_side_where_the_words_are_large_for_the_window() -> None:
    def tiles(width: int, height: int, text_size: TextSize = "normal") -> int:
        return Theme(width, height, "light", text_size).tiles

    assert (tiles(1920, 1080), tiles(1280, 800), tiles(1080, 1920), tiles(1024, 600)) == (4, 4, 3, 3)
    assert tiles(1024, 600, "large") == tiles(1280, 800, "largest") == tiles(1080, 1920, "largest") == 2


def test_a_word_broken_in_two_is_a_fault_of_its_page() -> None:
    label = {"id": "", "text": "0037-001284", "x": 10, "y": 10, "w": 100, "h": 90, "texture": [100, 90]}
    label |= {"font": 30, "visible": True, "covered": False, "seen": [10, 10, 110, 100], "broken": True}
    state = {"size": (1024, 600), "toast": "", "dialog": "", "widgets": [label]}
    assert len(faults("done", state)) == 1
    assert not faults("done", state | {"widgets": [label | {"broken": False}]})


def _flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = str(value)
    return flat


def _file(locale: str) -> dict[str, str]:
    """What is read on the screens, and what is said aloud."""
    texts = [path.read_text("utf-8") for path in (assets_dir() / "locale").glob(f"*.{locale}.toml")]
    words = {key: words for text in texts for key, words in _flat(tomllib.loads(text)).items()}
    return {key: said for key, said in words.items() if key.startswith("ui.")}


def test_both_languages_have_the_same_keys_and_fields() -> None:
    chinese, english = _file("zh-CN"), _file("en")
    assert chinese.keys() == english.keys()
    fields = {key: (_fields(chinese[key]), _fields(english[key])) for key in chinese}
    free = {
        "ui.form.day",
        *("ui.shelf.left", "ui.shelf.few", "ui.shelf.how", "ui.scan.good", "ui.todo.left"),
        *("ui.reserve.each", "ui.tasks.pieces"),
        "ui.confirm.item",
    }  # a language may leave the unit or the month out
    assert not {key: pair for key, pair in fields.items() if pair[0] != pair[1] and key not in free}


def _fields(text: str) -> set[str]:
    """What is filled in; the county's own terms are Chinese words, English has its own."""
    return {name for name in re.findall(r"{(\w+)}", text) if not name.endswith("_word")}


def test_every_key_the_screens_use_has_words() -> None:
    known = _file("zh-CN").keys()
    used = set()
    for path in [*UI.rglob("*.kv"), *UI.rglob("*.py")]:
        used |= set(re.findall(r"""\btr\(["']([a-z_0-9.\-]+)["']""", path.read_text("utf-8")))
    assert len(used) > 80
    # A key put together from a beginning and a name needs at least one that begins so.
    assert not {key for key in used if not any(name.startswith(f"ui.{key}") for name in known)}


def test_no_chinese_outside_the_words() -> None:
    for path in [*UI.rglob("*.kv"), *UI.rglob("*.py")]:
        lines = path.read_text("utf-8").splitlines()
        code = [line for line in lines if path.suffix == ".kv" and re.search(r"[\u4e00-\u9fff]", line)]
        assert not code, f"{path.name}: {code}"


def test_a_refusal_writes_tenths_as_points() -> None:
    tr = Tr(Words("zh-CN"))
    assert "还差 15.5 分" in tr.refusal("not-enough-points", {"missing_tenths": 155})
    assert "no-such-code" in tr.refusal("no-such-code", {})


def test_lines_break_the_chinese_way() -> None:
    assert wrap("新凭条上会写“补打”。", 8, len) == "新凭条上会写\n“补打”。"
    assert "9.5\n" not in wrap("积分不够，还差 9.5 分。请拿掉一两件", 10, len)
    assert pieces("皂 × 2（6 分）") == ["皂 ", "× 2", "（6 分）"]  # how many stays with its ×
    assert wrap("short", 80, len) == "short"


@given(st.text(alphabet="积分12.×月 日，。“”（）abc\n", max_size=80), st.integers(4, 40))
def test_breaking_lines_loses_nothing(text: str, room: int) -> None:
    assert "".join(pieces(text)) == text
    broken = wrap(text, room, len)
    assert re.sub(r"\s", "", broken) == re.sub(r"\s", "", text)


def test_names_and_figures_as_people_read_them() -> None:
    tr = Tr(Words("zh-CN"))
    assert form.masked("张大山") == "张＊山"
    assert form.tail("0370217") == "0217"
    assert form.day(tr, "2026-12-31") == "12月31日"
    assert form.day(Tr(Words("en")), "2026-12-31") == "31 Dec"
