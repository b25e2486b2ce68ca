"""What a simulated printer has put on paper: lines, codes, pictures; reads no bytes and imports no driver."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

CELL_DOTS = 12
LINE_DOTS = 24
PITCH_DOTS = 32  # 1/6 inch at 203 dots an inch, less the rounding
MARGIN_DOTS = 32
FC_MATCH_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Mark:
    """One character, or one in-line bit image, as printed."""

    char: str  # "" for a bit image
    cells: int = 1  # 1 or 2, without magnification
    wide: int = 1  # magnification
    high: int = 1
    bold: bool = False
    columns: bytes = b""  # a bit image: three bytes a dot column, top bit first

    @property
    def dots_wide(self) -> int:
        """Dots along the line, magnification included."""
        return len(self.columns) // 3 if self.columns else self.cells * CELL_DOTS * self.wide


@dataclass(frozen=True, slots=True)
class TextLine:
    """One printed line of text."""

    marks: tuple[Mark, ...]
    align: int = 0  # 0 left, 1 centre, 2 right

    @property
    def text(self) -> str:
        """What a person reads; ▨ for a character that was drawn as a bit image."""
        return "".join(mark.char or "▨" for mark in self.marks)

    def spans(self, paper_dots: int) -> list[tuple[str, int, int]]:
        """(character, first dot, one past its last dot) from the left edge of the printed area."""
        at = (paper_dots - sum(mark.dots_wide for mark in self.marks)) * self.align // 2
        found = []
        for mark in self.marks:
            found.append((mark.char or "▨", at, at + mark.dots_wide))
            at += mark.dots_wide
        return found


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code the printer drew by itself."""

    data: str
    module_dots: int
    level: str  # L M Q H
    align: int = 0


@dataclass(frozen=True, slots=True)
class Raster:
    """A picture sent dot by dot."""

    wide_bytes: int
    high: int
    rows: bytes
    align: int = 0


@dataclass(frozen=True, slots=True)
class Space:
    """Paper moved without print."""

    dots: int


Item = TextLine | Code | Raster | Space


@dataclass(slots=True)
class Slip:
    """One piece of paper; `cut` is False for a piece that ended otherwise or still hangs in the printer."""

    paper_dots: int
    items: list[Item] = field(default_factory=list)
    cut: bool = False

    @property
    def lines(self) -> list[str]:
        """The printed lines of text, empty ones included, codes left out."""
        return [item.text for item in self.items if isinstance(item, TextLine)]

    @property
    def codes(self) -> list[str]:
        """What the printer's own QR codes say."""
        return [item.data for item in self.items if isinstance(item, Code)]


def picture(slip: Slip) -> Image:
    """The piece of paper as it would look, one pixel a dot, with an installed font."""
    from PIL import Image as Images
    from PIL import ImageDraw

    drawn = [_draw(item, slip.paper_dots) for item in slip.items]
    wide = slip.paper_dots + 2 * MARGIN_DOTS
    sheet = Images.new("L", (wide, sum(part.height for part in drawn) + 2 * MARGIN_DOTS), 255)
    y = MARGIN_DOTS
    for part in drawn:
        sheet.paste(part, (MARGIN_DOTS, y))
        y += part.height
    if slip.cut:
        pen = ImageDraw.Draw(sheet)
        for x in range(0, wide, 16):
            pen.line((x, sheet.height - 1, x + 8, sheet.height - 1), fill=90)
    return sheet


def _draw(item: Item, paper_dots: int) -> Image:
    from PIL import Image as Images

    if isinstance(item, TextLine):
        return _draw_line(item, paper_dots)
    if isinstance(item, Space):
        return Images.new("L", (paper_dots, item.dots), 255)
    if isinstance(item, Raster):
        # GS v 0 sends 1 for black; mode "1" reads 1 as white.
        size = (item.wide_bytes * 8, item.high)
        image = Images.frombytes("1", size, bytes(byte ^ 0xFF for byte in item.rows)).convert("L")
    else:
        image = _draw_code(item)
    strip = Images.new("L", (paper_dots, image.height), 255)
    strip.paste(image, ((paper_dots - image.width) * item.align // 2, 0))
    return strip


def _draw_code(code: Code) -> Image:
    import segno
    from PIL import Image as Images

    matrix = segno.make_qr(code.data, error=code.level.lower(), boost_error=False).matrix
    side = len(matrix)
    image = Images.new("L", (side, side), 255)
    image.putdata([0 if module else 255 for row in matrix for module in row])
    return image.resize((side * code.module_dots, side * code.module_dots), Images.Resampling.NEAREST)


def _draw_line(line: TextLine, paper_dots: int) -> Image:
    from PIL import Image as Images

    high = max((mark.high for mark in line.marks), default=1)
    strip = Images.new("L", (paper_dots, LINE_DOTS * high + PITCH_DOTS - LINE_DOTS), 255)
    for mark, (_, start, _end) in zip(line.marks, line.spans(paper_dots), strict=True):
        glyph = _draw_image(mark) if mark.columns else _draw_char(mark)
        strip.paste(glyph, (start, LINE_DOTS * (high - mark.high)))
    return strip


def _draw_image(mark: Mark) -> Image:
    from PIL import Image as Images

    image = Images.new("L", (mark.dots_wide, LINE_DOTS), 255)
    for x in range(mark.dots_wide):
        bits = int.from_bytes(mark.columns[3 * x : 3 * x + 3], "big")
        for y in range(LINE_DOTS):
            if bits >> (LINE_DOTS - 1 - y) & 1:
                image.putpixel((x, y), 0)
    return image


@lru_cache(maxsize=2048)
def _draw_char(mark: Mark) -> Image:
    """A character of the printer's own font: drawn at 24 dots, magnified by doubling dots as a head does."""
    from PIL import Image as Images
    from PIL import ImageDraw

    cell = mark.cells * CELL_DOTS
    image = Images.new("L", (cell, LINE_DOTS), 255)
    pen = ImageDraw.Draw(image)
    for shift in (0, 1) if mark.bold else (0,):
        pen.text((cell / 2 + shift, LINE_DOTS - 3), mark.char, fill=0, font=_font(), anchor="ms")
    return image.resize((cell * mark.wide, LINE_DOTS * mark.high), Images.Resampling.NEAREST)


@lru_cache(maxsize=1)
def _font() -> FreeTypeFont:
    """A fixed-width Simplified Chinese face, half a square for ASCII as in printers."""
    from PIL import ImageFont

    asked = ("fc-match", "-f", "%{file}\t%{index}", "Noto Sans Mono CJK SC")
    found = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=FC_MATCH_TIMEOUT_S)
    path, index = found.stdout.split("\t")
    return ImageFont.truetype(path, LINE_DOTS - 1, index=int(index) & 0xFFFF)
