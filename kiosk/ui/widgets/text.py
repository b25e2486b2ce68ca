"""Labels: `Flow` grows downwards, `Short` is as wide as its words, `Box` wraps inside a given box."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from kivy.properties import StringProperty
from kivy.uix.floatlayout import FloatLayout
from kivy.uix.label import Label

from kiosk.ui import kv
from kiosk.wrap import pieces, width, wrap

MOST_WIDTHS = 8_192
_widths: dict[tuple[str, float, str], float] = {}  # (font file, size, words) → px, asked again and again


def _measure_in(label: Any) -> Callable[[str], float]:
    """How wide words are in the label's font, each asked of the font only once."""
    font, size = str(label.options["font_name_r"]), float(label.options["font_size"])
    extents: list[Callable[[str], tuple[int, int]]] = []

    def width(words: str) -> float:
        known = _widths.get((font, size, words))
        if known is None:
            if not extents:
                extents.append(label.get_cached_extents())
            if len(_widths) >= MOST_WIDTHS:
                _widths.clear()
            known = _widths[font, size, words] = float(extents[0](words)[0])
        return known

    return width


class Text(Label):
    """Words in one role (size) and tone (colour)."""

    role = StringProperty("body")
    tone = StringProperty("ink")
    figure = StringProperty("")  # the inspector's name of a figure that is compared with the books

    def texture_update(self, *largs: object) -> None:
        """As Kivy does, after breaking lines the way Chinese is broken."""
        label, room = self._label, self.text_size[0]
        if not self.markup:
            label.text = self.text
            if room and self.text:
                label.resolve_font_name()  # else the first words are measured in Kivy's own font
                label.text = wrap(self.text, room, _measure_in(label))
        super().texture_update(*largs)
        if self.texture is not None:  # drawn as large as it is, on whole pixels: nothing to blend between
            self.texture.mag_filter = self.texture.min_filter = "nearest"

    def natural(self, words: str, _font_px: float) -> float:
        """How wide the words are on one line in this font, px; `_font_px` is for .kv rules to follow."""
        self._label.resolve_font_name()
        return math.ceil(width(words, _measure_in(self._label))) + 2.0

    @property
    def broken(self) -> bool:
        """Whether a word or a number is longer than its line and goes on in the next one."""
        room = self.text_size[0]
        if self.markup or not room or self.texture_size[1] < 2 * self.font_size:
            return False
        measure = _measure_in(self._label)
        return any(width(piece.rstrip(), measure) > room for piece in pieces(self.text))

    @property
    def longest_line(self) -> float:
        """Width of the longest of its lines as they are broken now, px."""
        return math.ceil(max((line.w for line in self._label._cached_lines), default=0)) + 2.0


class Flow(Text):
    """Takes the width it is given and the height its words need."""


class Short(Text):
    """One line, exactly as large as its words."""


class Box(Text):
    """Fills the box it is given, centred in height; the box has to be large enough."""


class Num(Text):
    """One line of digits in a box of one em: the room a font keeps for accents and descenders lies outside.

    The baseline is 0.135 em above the lower edge. Noto Sans CJK: line box 1.448 em, its baseline 0.288 em up,
    digits 0.733 em high.
    """


class Points(FloatLayout):
    """A figure and its unit on one baseline."""

    text = StringProperty("")
    role = StringProperty("figure")
    unit_role = StringProperty("small")
    tone = StringProperty("ink")
    unit_tone = StringProperty("ink")
    figure = StringProperty("")


kv.load(__file__)
