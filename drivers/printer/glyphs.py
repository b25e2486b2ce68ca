"""Characters a printer's own font lacks, drawn as dots from an installed font; sends nothing anywhere."""

from __future__ import annotations

import logging
import subprocess
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from drivers.printer.columns import char_width
from drivers.printer.profile import FontSet

if TYPE_CHECKING:
    from PIL.Image import Image

GLYPH_DOTS = 24
FC_LIST_TIMEOUT_S = 10.0
LOGGED_MAXIMUM = 1000

_log = logging.getLogger(__name__)
_logged: set[str] = set()  # characters without a font of which the log has been told
NARROW_SUBSTITUTE = "?"
# What products for public services must print: implementation level 3 of GB 18030-2022 (its clause 9.4),
# 87,887 ideographs: 4E00-9FEF, extensions A to F as of Unicode 11, and twelve among the compatibility ones.
LEVEL_3 = (
    *((0x4E00, 0x9FEF), (0x3400, 0x4DB5), (0x20000, 0x2A6D6), (0x2A700, 0x2B734)),
    *((0x2B740, 0x2B81D), (0x2B820, 0x2CEA1), (0x2CEB0, 0x2EBE0)),
    *((0xFA0E, 0xFA0F), (0xFA11, 0xFA11), (0xFA13, 0xFA14), (0xFA1F, 0xFA1F), (0xFA21, 0xFA21)),
    *((0xFA23, 0xFA24), (0xFA27, 0xFA29)),
)
_PREFERRED = (
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Zen Hei",
    "Noto Serif CJK SC",
    "BabelStone Han",
)


class Face(NamedTuple):
    """One face of a font file; `face` counts in collections (.ttc)."""

    path: str
    face: int = 0


def in_font(ch: str, font_set: FontSet) -> bool:
    """Whether a printer with this font set prints `ch` from its own memory (GB 2312, GBK, GB 18030-2000)."""
    code = ch.encode("gb18030", "replace")
    if len(code) > 2 or unicodedata.category(ch) == "Co":
        return False
    if len(code) == 1:
        return " " <= ch <= "~"
    if font_set == "gb18030":
        return True
    # By bytes, not by Python's gb2312 encoder: that one maps A1AA and A1A4 to other code points than GB18030.
    try:
        code.decode(font_set)
    except UnicodeDecodeError:
        return False
    return True


@lru_cache(maxsize=256)
def glyph_columns(ch: str, cell_dots: int, font: Path | None = None) -> bytes | None:
    """`ch` as 24-dot columns for ESC * 33: three bytes a column, top bit first.

    `font` is a font file; None asks fontconfig which installed face covers the character. Where none does,
    a wide one becomes a frame with its code in it, so that a person can look it up; a narrow one None.
    """
    face = Face(str(font)) if font is not None else find_face(ch)
    if face is None:
        if ch not in _logged and len(_logged) < LOGGED_MAXIMUM:
            _logged.add(ch)
            _log.warning("no installed font has U+%04X: slips show its code instead", ord(ch))
        return _code_columns(ch, 2 * cell_dots) if char_width(ch) == 2 else None
    return _columns(ch, char_width(ch) * cell_dots, face)


@lru_cache(maxsize=256)
def find_face(ch: str) -> Face | None:
    """The installed face to draw `ch` with, Simplified Chinese forms first; None where none covers it."""
    command = ["fc-list", "-f", "%{file}\t%{index}\t%{family[0]}\t%{style[0]}\n", f":charset={ord(ch):x}"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=FC_LIST_TIMEOUT_S, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None  # a machine without fontconfig draws the substitute
    rows = [row.split("\t") for row in answer.splitlines() if row.count("\t") == 3]
    # A variable font packs its instance number into the upper half of the index.
    faces = [(_rank(family, style), path, int(index) & 0xFFFF) for path, index, family, style in rows]
    faces = [face for face in faces if face[1].endswith((".ttc", ".otf", ".ttf", ".otc"))]
    if not faces:
        return None
    _, path, index = min(faces)
    return Face(path, index)


def without_font(spans: Iterable[tuple[int, int]]) -> list[int]:
    """The code points of these spans, both ends included, that no installed font can draw."""
    command = ["fc-list", "-f", "%{charset}\n"]
    try:
        answer = subprocess.run(
            command, capture_output=True, text=True, timeout=FC_LIST_TIMEOUT_S, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        answer = ""
    covered: set[int] = set()
    for span in set(answer.split()):
        first, _, last = span.partition("-")
        covered.update(range(int(first, 16), int(last or first, 16) + 1))
    return [point for first, last in spans for point in range(first, last + 1) if point not in covered]


def _rank(family: str, style: str) -> tuple[int, int]:
    first = _PREFERRED.index(family) if family in _PREFERRED else len(_PREFERRED)
    return first, 0 if style in ("Regular", "Book", "Medium") else 1


def _code_columns(ch: str, wide: int) -> bytes:
    """A frame with the code point in it, six digits in two rows: 03 0F 42 stands in it as 030 over F42."""
    from PIL import Image as Pictures
    from PIL import ImageDraw, ImageFont

    font = ImageFont.load_default_imagefont()  # Pillow's own, 6 by 11 dots
    image = Pictures.new("L", (wide, GLYPH_DOTS), 0)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, wide - 2, GLYPH_DOTS - 1), outline=255)
    code = f"{ord(ch):06X}"
    draw.text((3, 1), code[:3], fill=255, font=font)
    draw.text((3, 12), code[3:], fill=255, font=font)
    return _dots(image)


def _columns(ch: str, wide: int, face: Face) -> bytes:
    from PIL import Image as Pictures  # off the start-up path: rare characters are rare
    from PIL import ImageDraw, ImageFont

    try:
        font = ImageFont.truetype(face.path, GLYPH_DOTS - 1, index=face.face)
    except OSError as error:
        raise ValueError(f"{face.path}: not a font: {error}") from error
    image = Pictures.new("L", (wide, GLYPH_DOTS), 0)
    # One point less than the cell leaves the gap to the neighbours that the printer's own characters have.
    ImageDraw.Draw(image).text((wide / 2, GLYPH_DOTS - 3), ch, fill=255, font=font, anchor="ms")
    return _dots(image)


def _dots(image: Image) -> bytes:
    """The picture column by column."""
    # Not by python-escpos' EscposImage: it dithers the strokes and lets real-time commands through.
    pixels = image.load()
    assert pixels is not None, "a new image has pixels"
    columns = bytearray()
    for x in range(image.width):
        bits = 0
        for y in range(GLYPH_DOTS):
            level = pixels[x, y]
            assert isinstance(level, int), "mode L has one number a pixel"
            bits = bits << 1 | (level >= 112)
        columns += bits.to_bytes(3, "big")
    return _without_real_time_commands(bytes(columns))


def _without_real_time_commands(dots: bytes) -> bytes:
    """The dots with one more set wherever they would read as DLE EOT, DLE ENQ or DLE DC4.

    A printer looks for those in everything it receives, pictures included (Epson's ESC/POS reference).
    """
    for second in (0x04, 0x05, 0x14):
        dots = dots.replace(bytes((0x10, second)), bytes((0x18, second)))
    return dots
