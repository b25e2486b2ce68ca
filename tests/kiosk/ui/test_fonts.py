"""The fonts that names are drawn in: the Chinese face, not the Japanese one; rare characters too."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from kiosk.ui import fonts

NATIONAL_FORMS = "直骨海将"  # drawn differently in Japan and in China
SAME_FORM = "户"  # Noto draws this one alike in both
RARE_IN_NAMES = "㐂𠮷䶮镕"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> fonts.Fonts:
    return fonts.prepare_in(tmp_path_factory.mktemp("fonts"))


def picture(path: str | Path, char: str, face: int = 0) -> bytes:
    image = Image.new("L", (160, 200), 0)
    font = ImageFont.truetype(str(path), 120, index=face)
    ImageDraw.Draw(image).text((10, 10), char, font=font, fill=255)
    return image.tobytes()


def collection(style: str) -> tuple[str, int]:
    """The distribution's file and the place of the Simplified Chinese face in it."""
    query = f"Noto Sans CJK SC:style={style}"
    answer = subprocess.run(
        ["fc-match", "--format", "%{file}\t%{index}", query], capture_output=True, text=True, check=True
    )
    path, index = answer.stdout.split("\t")
    return path, int(index)


@pytest.mark.parametrize("style", ["Regular", "Bold"])
@pytest.mark.parametrize("char", NATIONAL_FORMS + SAME_FORM)
def test_the_face_is_the_simplified_chinese_one(prepared: fonts.Fonts, style: str, char: str) -> None:
    path, index = collection(style)
    ours = picture(prepared.bold if style == "Bold" else prepared.regular, char)
    assert ours == picture(path, char, index)
    assert (ours != picture(path, char, 0)) == (char in NATIONAL_FORMS), "face 0 is the Japanese one"


def test_regular_and_bold_differ(prepared: fonts.Fonts) -> None:
    assert picture(prepared.regular, "户") != picture(prepared.bold, "户")


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("char", RARE_IN_NAMES)
def test_rare_characters_of_names_have_a_font(prepared: fonts.Fonts, char: str, bold: bool) -> None:
    ((path, piece),) = prepared.runs(char, bold)
    assert piece == char
    assert picture(path, char) != picture(path, "\U0010ffff"), "a box was drawn"


def test_a_character_outside_the_main_font_falls_back(prepared: fonts.Fonts) -> None:
    rare = "\U0002a700"  # CJK extension C, not in Noto Sans CJK SC
    pieces = prepared.runs(f"张{rare}山")
    assert [piece for _, piece in pieces] == ["张", rare, "山"]
    assert pieces[0][0] == pieces[2][0] == str(prepared.regular)
    assert pieces[1][0] in {str(path) for path in prepared.fallbacks}
    assert picture(pieces[1][0], rare) != picture(pieces[1][0], "\U0010ffff")
    assert prepared.lacking(f"张{rare}山") == ""


@pytest.mark.parametrize(
    "text", ["", "张＊山家，您好 38.5 分", "\U0002a700\U0002a701", "葛\U000e0100城", "a\U0010ffffb", "\u0301"]
)
def test_runs_join_to_the_text(prepared: fonts.Fonts, text: str) -> None:
    pieces = prepared.runs(text)
    assert "".join(piece for _, piece in pieces) == text
    assert all(before[0] != after[0] for before, after in itertools.pairwise(pieces))


def test_a_shape_selector_stays_with_its_character(prepared: fonts.Fonts) -> None:
    pieces = prepared.runs("山\U0002a700\U000e0100城")
    assert [piece for _, piece in pieces] == ["山", "\U0002a700\U000e0100", "城"]


def test_a_character_no_font_has_is_reported(prepared: fonts.Fonts) -> None:
    assert prepared.lacking("山\U0010ffff") == "\U0010ffff"
    assert prepared.runs("山\U0010ffff") == [(str(prepared.regular), "山\U0010ffff")]


def test_a_callers_list_is_its_own(prepared: fonts.Fonts) -> None:
    prepared.runs("户主").clear()
    assert prepared.runs("户主") == [(str(prepared.regular), "户主")]


def test_the_second_start_reads_the_cache_without_fonttools(prepared: fonts.Fonts) -> None:
    folder = prepared.regular.parent
    code = (
        "import sys, pathlib; from kiosk.ui import fonts\n"
        "found = fonts.prepare_in(pathlib.Path(sys.argv[1]))\n"
        "assert 'fontTools' not in sys.modules and 'kivy' not in sys.modules\n"
        "print(found.regular, found.bold, *found.fallbacks)"
    )
    again = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": ""},  # nor does it ask fontconfig
    )
    assert again.stdout.split() == [str(p) for p in (prepared.regular, prepared.bold, *prepared.fallbacks)]


def _harm(folder: Path, first: fonts.Fonts, harm: str) -> None:
    (coverage, *_) = folder.glob(f"{first.regular.stem}.coverage")
    match harm:
        case "no font":
            first.regular.unlink()
        case "empty font":
            first.regular.write_bytes(b"")
        case "no coverage":
            coverage.unlink()
        case "short coverage":
            coverage.write_bytes(b"\xff")
        case _:
            (folder / "manifest.json").write_bytes(b'{"format": 1, "faces": "none"}')


def test_a_damaged_cache_is_made_again(tmp_path: Path) -> None:
    path, face = collection("Regular")
    first = fonts.prepare_in(tmp_path)
    for harm in ("no font", "empty font", "no coverage", "short coverage", "bad manifest"):
        _harm(tmp_path, first, harm)
        second = fonts.prepare_in(tmp_path)
        assert second == first, harm
        assert picture(second.regular, "户") == picture(path, "户", face), harm
        assert second.runs("户") == [(str(second.regular), "户")], harm


def test_two_at_once_prepare_one_whole_cache(tmp_path: Path) -> None:
    results: list[fonts.Fonts] = []
    threads = [threading.Thread(target=lambda: results.append(fonts.prepare_in(tmp_path))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3
    assert results[0] == results[1] == results[2] == fonts.prepare_in(tmp_path)
    names = {path.suffix for path in tmp_path.iterdir()}
    assert names == {".otf", ".coverage", ".json"}, "a half-written file was left"


def test_missing_fontconfig_names_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(fonts.FontsMissing, match=r"apt-get install fontconfig fonts-noto-cjk fonts-hanazono"):
        fonts.prepare_in(tmp_path / "cache")


def fontconfig_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *files: str) -> None:
    """Make fontconfig see these font files and no others."""
    seen = tmp_path / "seen"
    seen.mkdir()
    for file in files:
        (seen / Path(file).name).symlink_to(file)
    config = tmp_path / "fonts.conf"
    config.write_text(
        f"<fontconfig><dir>{seen}</dir><cachedir>{tmp_path / 'fc-cache'}</cachedir></fontconfig>"
    )
    monkeypatch.setenv("FONTCONFIG_FILE", str(config))


def test_a_machine_without_chinese_fonts_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fontconfig_with(tmp_path, monkeypatch)
    with pytest.raises(
        fonts.FontsMissing, match=r"Noto Sans CJK SC Regular is not installed; .*fonts-noto-cjk"
    ):
        fonts.prepare_in(tmp_path / "cache")


def test_without_the_fallback_it_works_names_the_package_and_notices_it_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = [collection("Regular")[0], collection("Bold")[0]]
    with monkeypatch.context() as narrow:
        fontconfig_with(tmp_path, narrow, *main)
        bare = fonts.prepare_in(tmp_path / "cache")
    assert bare.fallbacks == ()
    assert bare.missing_packages == ("fonts-hanazono",)
    assert bare.lacking("张\U0002a700") == "\U0002a700"
    later = fonts.prepare_in(tmp_path / "cache")
    assert later.missing_packages == ()
    assert later.lacking("张\U0002a700") == ""
