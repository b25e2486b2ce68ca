"""The encoder's bytes, read by the simulated printer's own interpreter."""

from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer import glyphs
from drivers.printer.columns import layout, width
from drivers.printer.document import Barcode, Cut, Feed, Qr, Row, Rule, Text
from drivers.printer.escpos import encode, last_line
from drivers.printer.glyphs import in_font
from drivers.printer.profile import Profile, profile, profiles
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_paper import Raster, Slip, TextLine, picture
from tests.drivers.printer.sample import CODE, COLUMNS, DOCUMENT, LAST


def printed(document: tuple[object, ...], model: Profile) -> tuple[Engine, Slip]:
    return read(encode(document, model), model)  # type: ignore[arg-type]


def read(data: bytes, model: Profile) -> tuple[Engine, Slip]:
    engine = Engine(model.dots, model.font_set, model.cutter)
    engine.buffer += data
    while engine.step() is not None:
        pass
    assert not engine.buffer, "an incomplete command"
    return engine, engine.slips[0]


@pytest.mark.parametrize("name", profiles())
def test_every_line_is_printed_as_laid_out(name: str) -> None:
    model = profile(name)
    engine, slip = printed(DOCUMENT, model)
    assert (engine.unknown, engine.code_pages, engine.overflows) == ([], 0, 0)
    expected = [
        line.text.strip(" ") if isinstance(part, Text) and part.align == "center" else line.text
        for part in DOCUMENT
        if isinstance(part, Text | Row | Rule | Feed)
        for line in layout(part, model.columns)
    ]
    lines = slip.lines if model.cutter else slip.lines[: -model.tear_feed_lines]
    assert lines == expected
    assert slip.cut == model.cutter


@pytest.mark.parametrize("name", profiles())
def test_edges_line_up_to_the_dot(name: str) -> None:
    model = profile(name)
    _, slip = printed(DOCUMENT, model)
    lines = [item for item in slip.items if isinstance(item, TextLine)]

    def right_edge(beginning: str) -> int:
        line = next(line for line in lines if line.text.lstrip().startswith(beginning))
        return line.spans(model.dots)[-1][2]

    full = model.dots
    assert [right_edge(text) for text in ("凭条号", "户主", "品名", "大米", "肥皂", "12盒", "本次")] == [
        full
    ] * 7
    title = lines[0].spans(model.dots)
    ink = [span for span in title if span[0] != " "]
    assert ink[0][1] == full - ink[-1][2], "the title stands in the middle"


@pytest.mark.parametrize("name", profiles())
def test_the_code_reads_back_from_the_picture(name: str) -> None:
    _, slip = printed(DOCUMENT, profile(name))
    codes = zxingcpp.read_barcodes(picture(slip).convert("L"))
    assert [code.text for code in codes] == [CODE]


@pytest.mark.parametrize(
    ("font_set", "drawn"), [("gb2312", "镕䶮㐂𠮷¥"), ("gbk", "䶮㐂𠮷¥"), ("gb18030", "㐂𠮷¥")]
)
def test_a_font_set_prints_what_it_has_and_draws_the_rest(font_set: glyphs.FontSet, drawn: str) -> None:
    text = "张镕䶮㐂𠮷a—“·℃①￥¥"
    expected = "".join("▨" if char in drawn else char for char in text)
    for name in ("epson-tm80", "china-58"):
        base = profile(name)
        model = Profile(
            **{field: getattr(base, field) for field in base.__struct_fields__} | {"font_set": font_set}
        )
        engine, slip = printed((Text(text, "8"), Text(text, big=True, align="center"), Cut()), model)
        assert slip.lines[0] == expected + " " * (model.columns - width(text) - 1) + "8"
        assert slip.lines[1].strip() == expected
        assert engine.overflows == 0
        marks = [
            mark for item in slip.items if isinstance(item, TextLine) for mark in item.marks if mark.columns
        ]
        assert all(any(mark.columns) for mark in marks), "a drawn character is not empty"
        assert {mark.dots_wide for mark in marks} == {12, 24}


def test_a_drawn_character_looks_like_itself() -> None:
    """Drawn by the driver and by the printer's own font: mostly the same dots."""
    model = profile("epson-tm80")
    narrow = Profile(**{f: getattr(model, f) for f in model.__struct_fields__} | {"font_set": "gb2312"})
    own = picture(printed((Text("镕"), Cut()), model)[1])
    drawn = picture(printed((Text("镕"), Cut()), narrow)[1])
    box = (32, 32, 32 + 24, 32 + 24)
    pairs = list(zip(own.crop(box).tobytes(), drawn.crop(box).tobytes(), strict=True))
    both = sum(a < 128 and b < 128 for a, b in pairs)
    either = sum(a < 128 or b < 128 for a, b in pairs)
    assert both / either > 0.5


def test_a_character_no_font_has_shows_its_code_and_is_logged_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(glyphs, "_logged", set())
    monkeypatch.setattr(glyphs, "find_face", lambda _: None)
    glyphs.glyph_columns.cache_clear()
    _, slip = printed((Text("张㐂¥"), Text("㐃㐂"), Cut()), profile("china-80"))
    glyphs.glyph_columns.cache_clear()
    assert slip.lines == ["张▨?", "▨▨"]
    first, second = (item for item in slip.items if isinstance(item, TextLine))
    assert first.marks[1].columns == second.marks[1].columns != second.marks[0].columns
    told = [record.getMessage() for record in caplog.records]
    assert [text for text in told if "U+3402" in text] == [
        "no installed font has U+3402: slips show its code instead"
    ]
    assert not any("张" in text or "㐂" in text for text in told)


def test_every_ideograph_that_public_services_must_print_has_a_font() -> None:
    """GB 18030-2022, level 3, by count and by the fonts that set-up installs; what came later has one but for
    parts of extensions G and H and all of I, of which slips show the code."""
    assert sum(last - first + 1 for first, last in glyphs.LEVEL_3) == 87_887
    assert glyphs.without_font(glyphs.LEVEL_3) == []
    later = ((0x9FF0, 0x9FFF), (0x4DB6, 0x4DBF), (0x2A6D7, 0x2A6DF), (0x2B735, 0x2B739))
    assert glyphs.without_font(later) == []
    newest = glyphs.without_font(((0x30000, 0x3134A), (0x31350, 0x323AF), (0x2EBF0, 0x2EE5D)))
    print(f"extensions G, H, I: {len(newest)} of {4939 + 4192 + 622} without a font")
    assert glyphs.without_font(((0xE0080, 0xE0080),)) == [0xE0080], "what nobody draws is found"


@pytest.mark.parametrize("first", [first for first, last in glyphs.LEVEL_3 if last - first > 100])
def test_a_sample_of_each_block_is_drawn_with_ink(first: int) -> None:
    for point in (first, first + 97):
        dots = glyphs.glyph_columns(chr(point), 12)
        assert dots is not None and len(dots) == 72 and any(dots)
        assert glyphs.find_face(chr(point)) is not None, "drawn by a font, not as its code"


def test_a_given_font_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "font.ttf").write_bytes(b"no font")
    with pytest.raises(ValueError, match="not a font"):
        encode((Text("㐂"),), profile("china-80"), tmp_path / "font.ttf")


@pytest.mark.parametrize("data", ["", "凭条", "A" * 513])
def test_a_code_is_short_and_ascii(data: str) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        encode((Qr(data),), profile("china-80"))


def test_membership_goes_by_the_printers_code_not_by_pythons() -> None:
    assert all(in_font(char, "gb2312") for char in "—·“”张（）℃①×aZ~ ")
    assert not any(in_font(char, "gb18030") for char in "\ue000\x1b\x7f\n")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.sampled_from(["china-80", "china-58"]))
def test_no_text_breaks_a_line_or_smuggles_a_command(texts: list[str], name: str) -> None:
    document = tuple(Text(text, right) for text, right in zip(texts, [*texts[1:], ""], strict=True))
    engine, slip = printed((*document, Row((texts[0], "1袋", "2", "3"), COLUMNS)), profile(name))
    assert (engine.unknown, engine.code_pages, engine.overflows) == ([], 0, 0)
    assert not slip.codes
    data = encode(document, profile(name))
    assert not any(bytes((0x10, second)) in data for second in (0x04, 0x05, 0x14))


def test_a_chinese_slip_never_selects_a_code_page_and_is_small() -> None:
    data = encode(DOCUMENT, profile("china-80"))
    assert data.startswith(b"\x1b@\x1c&")
    assert b"\x1bt" not in data
    assert len(data) < 1400


@pytest.mark.parametrize("name", profiles())
def test_the_last_line_is_found_in_the_bytes(name: str) -> None:
    model = profile(name)
    data = encode(DOCUMENT, model)
    start, line_end = last_line(data)
    assert data[start:line_end].decode("gb18030") == LAST
    assert data[line_end : line_end + 1] == b"\n"
    _, without = read(data[:line_end], model)
    assert LAST not in without.lines
    _, slip = read(data[: line_end + 1], model)
    assert slip.lines[-1] == LAST


def test_the_last_thing_printed_may_be_a_picture_or_nothing() -> None:
    model = profile("plain-80")
    data = encode((Text("a"), Qr("CODE"), Feed(2), Cut()), model)
    start, line_end = last_line(data)
    assert data[start : start + 2] == b"\x1dv"
    assert start == line_end
    drawn = encode((Text("a"), Text("㐂𠮷")), profile("china-80"))
    assert drawn[last_line(drawn)[0] :].startswith(b"\x1b*")
    assert last_line(encode((Feed(3), Cut()), model)) == (0, 0)


@pytest.mark.parametrize("modules", ["", "012", "1" * 700])
def test_bars_that_are_none_or_too_many(modules: str) -> None:
    with pytest.raises(ValueError, match="bars"):
        encode((Barcode(modules),), profile("china-58"))


@given(st.text("01", min_size=1, max_size=170))
def test_bars_are_drawn_as_given(modules: str) -> None:
    """Each module at least two dots wide, with its quiet zones, in the middle of the paper."""
    _, slip = printed((Barcode(modules, 10),), profile("china-58"))
    [image] = [item for item in slip.items if isinstance(item, Raster)]
    assert (image.align, image.high, len(image.rows)) == (1, 10, image.wide_bytes * 10)
    line = "".join(f"{byte:08b}" for byte in image.rows[: image.wide_bytes])
    dots = 3 if (len(modules) + 22) * 3 <= 384 else 2
    assert line[::dots][11 : 11 + len(modules)] == modules
    assert set(line[: 11 * dots]) == {"0"}
    assert image.rows == image.rows[: image.wide_bytes] * 10
