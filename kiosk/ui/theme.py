"""Colours, sizes and the shape of the window as the screens use them; knows no Kivy and no words.

Every length is drawn for 1920×1080 (portrait: 1080×1920) and scaled by one factor. Text never gets smaller
than the floor of the chosen text size and targets never smaller than 60 px, whatever the factor says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Literal

Colour = tuple[float, float, float, float]
TextSize = Literal["normal", "large", "larger", "largest"]
ThemeName = Literal["light", "dark", "contrast"]

TEXT_SIZES: tuple[TextSize, ...] = ("normal", "large", "larger", "largest")
TARGET_PX = 60
GAP_PX = 12  # between things to tap
LEAST_LINES = 26  # heights of the smallest text that a window must have

_FLOOR_PX: Mapping[str, int] = {"normal": 18, "large": 22, "larger": 26, "largest": 30}
_GROWTH: Mapping[str, float] = {"normal": 1.0, "large": 1.1, "larger": 1.2, "largest": 1.3}

# Font sizes at 1920x1080. Display sizes are large already and do not grow further.
_ROLES: Mapping[str, int] = {
    "place": 21,
    "small": 23,
    "body": 28,
    "lead": 32,
    "button": 34,
    "head": 38,
    "figure": 44,
    "main": 48,
    "stat": 60,
    "title": 60,
    "hero": 84,
    "balance": 150,
    "amount": 240,
}
_DISPLAY = {"hero", "balance", "amount"}


def rgb(text: str) -> Colour:
    """`#B4281E` as Kivy takes it."""
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return (red, green, blue, 1.0)


def _mix(front: str, back: str, share: float) -> Colour:
    one, two = rgb(front), rgb(back)
    red, green, blue = (one[i] * share + two[i] * (1 - share) for i in range(3))
    return (red, green, blue, 1.0)


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one theme; every `x` text colour meets 4.5:1 on the grounds it is used on."""

    paper: Colour
    surface: Colour
    quiet: Colour  # grounds of quiet chips and foot bars
    line: Colour
    border: Colour  # of ghost buttons
    ink: Colour
    ink2: Colour
    idle: Colour  # words of what cannot be tapped now
    red: Colour
    red_dark: Colour
    red_soft: Colour
    on_red: Colour
    red_text: Colour  # red as text on surface, paper and red_soft
    veil: Colour  # boxes on the red card
    gold: Colour
    gold_soft: Colour
    gold_line: Colour
    gold_deep: Colour  # a ground: the bar of training, a gold button pressed
    gold_text: Colour  # on surface and gold_soft
    green: Colour
    green_soft: Colour
    teal: Colour
    teal_soft: Colour
    violet: Colour
    brown: Colour
    star: Colour


PALETTES: Mapping[str, Palette] = {
    "light": Palette(
        paper=rgb("#FBF7F0"),
        surface=rgb("#FFFFFF"),
        quiet=rgb("#F2ECE2"),
        line=rgb("#E9E0D2"),
        border=rgb("#948571"),
        ink=rgb("#2A211A"),
        ink2=rgb("#6B5D4F"),
        idle=rgb("#6B5D4F"),
        red=rgb("#B4281E"),
        red_dark=rgb("#8E1D15"),
        red_soft=rgb("#FBE9E6"),
        on_red=rgb("#FFFFFF"),
        red_text=rgb("#B4281E"),
        veil=_mix("#FFFFFF", "#A0241B", 0.14),
        gold=rgb("#B0760A"),
        gold_soft=rgb("#FFF3D9"),
        gold_line=rgb("#E7C47A"),
        gold_deep=rgb("#E7C47A"),
        gold_text=rgb("#6B4700"),
        green=rgb("#1C7A4C"),
        green_soft=rgb("#E3F4EA"),
        teal=rgb("#1E6B85"),
        teal_soft=rgb("#E1F1F6"),
        violet=rgb("#6B4C9A"),
        brown=rgb("#7A6B5B"),
        star=rgb("#FFD873"),
    ),
    "dark": Palette(
        paper=rgb("#1A1613"),
        surface=rgb("#26201B"),
        quiet=rgb("#352D26"),
        line=rgb("#453B32"),
        border=rgb("#A89883"),
        ink=rgb("#FAF4EA"),
        ink2=rgb("#C9BBAA"),
        idle=rgb("#C9BBAA"),
        red=rgb("#B4281E"),
        red_dark=rgb("#8E1D15"),
        red_soft=rgb("#4A211C"),
        on_red=rgb("#FFFFFF"),
        red_text=rgb("#FFA196"),
        veil=_mix("#FFFFFF", "#A0241B", 0.14),
        gold=rgb("#D9A03A"),
        gold_soft=rgb("#43341A"),
        gold_line=rgb("#7A5D25"),
        gold_deep=rgb("#5C461C"),
        gold_text=rgb("#FFD98C"),
        green=rgb("#6FD3A0"),
        green_soft=rgb("#1D3A2B"),
        teal=rgb("#74C4DF"),
        teal_soft=rgb("#1B3640"),
        violet=rgb("#BCA2E8"),
        brown=rgb("#BBAA97"),
        star=rgb("#FFD873"),
    ),
    "contrast": Palette(
        paper=rgb("#FFFFFF"),
        surface=rgb("#FFFFFF"),
        quiet=rgb("#FFFFFF"),
        line=rgb("#000000"),
        border=rgb("#000000"),
        ink=rgb("#000000"),
        ink2=rgb("#2B2B2B"),
        idle=rgb("#555555"),
        red=rgb("#8A0F08"),
        red_dark=rgb("#5C0904"),
        red_soft=rgb("#FFFFFF"),
        on_red=rgb("#FFFFFF"),
        red_text=rgb("#8A0F08"),
        veil=rgb("#5C0904"),
        gold=rgb("#5E3E00"),
        gold_soft=rgb("#FFFFFF"),
        gold_line=rgb("#000000"),
        gold_deep=rgb("#FFD873"),
        gold_text=rgb("#4A3000"),
        green=rgb("#0B4F2E"),
        green_soft=rgb("#FFFFFF"),
        teal=rgb("#0B4257"),
        teal_soft=rgb("#FFFFFF"),
        violet=rgb("#452A70"),
        brown=rgb("#40352A"),
        star=rgb("#FFD873"),
    ),
}

# The six categories keep their colour everywhere; catalogue codes in catalogue order.
CATEGORY_TONES: tuple[str, ...] = ("red", "violet", "gold", "green", "teal", "brown")


@dataclass(frozen=True, slots=True)
class Theme:
    """What a screen needs to draw itself; replaced whole when anything changes."""

    width: int
    height: int
    name: ThemeName = "light"
    text_size: TextSize = "normal"
    motion: bool = True  # lists run on after a push

    @property
    def palette(self) -> Palette:
        """The colours."""
        return PALETTES[self.name]

    @property
    def tall(self) -> bool:
        """The window stands upright."""
        return self.height > self.width

    @property
    def compact(self) -> bool:
        """The window is so low for its text that pages leave out what is only nice to have."""
        return not self.tall and self.height < 38 * _FLOOR_PX[self.text_size]

    @property
    def cramped(self) -> bool:
        """Lower still: pages leave out all but what somebody came for."""
        return not self.tall and self.height < 34 * _FLOOR_PX[self.text_size]

    @property
    def full(self) -> bool:
        """Pages leave out what they say a second time: the window is compact, or upright with large text."""
        return self.compact or (self.tall and self.height < 70 * _FLOOR_PX[self.text_size])

    @property
    def tiles(self) -> int:
        """Goods side by side on an upright shelf and on a resident's page: two, where more would leave their
        names so little room that no picture is left above them."""
        most = 3 if self.tall or self.compact else 4
        room = self.width * (0.93 if self.tall else 0.55) / most - self.dp(62)
        return most if not self.full or room >= 8 * self.fs("body") else 2

    @property
    def sizes(self) -> tuple[TextSize, ...]:
        """The text sizes with which every page still fits this window; the first always does."""
        return tuple(s for s in TEXT_SIZES if s == "normal" or self.height >= LEAST_LINES * _FLOOR_PX[s])

    @property
    def scale(self) -> float:
        """Pixels for each pixel of the drawing."""
        across, down = (1080, 1920) if self.tall else (1920, 1080)
        return min(self.width / across, self.height / down)

    @property
    def target(self) -> int:
        """Height of an ordinary button, px."""
        return max(TARGET_PX, self.dp(96))

    @property
    def bar(self) -> int:
        """Height of the top bar, px: of its words, upright of a row of chips below them too."""
        words = round(1.32 * (self.fs("lead") + self.fs("place")))
        if self.tall:
            return words + max(TARGET_PX, self.dp(62)) + 2 * self.dp(14) + self.dp(16)
        return max(TARGET_PX + 4, self.dp(96), words)

    def dp(self, length: float) -> int:
        """A length of the drawing in window pixels; what is drawn at all stays at least 1 px."""
        return max(1, round(length * self.scale)) if length else 0

    def gap(self, length: float) -> int:
        """As `dp`, between things to tap: a finger finds one of them."""
        return max(GAP_PX, self.dp(length))

    def fs(self, role: str) -> int:
        """Font size of a role in window pixels, never under the floor of the text size."""
        growth = 1.0 if role in _DISPLAY else _GROWTH[self.text_size]
        return max(_FLOOR_PX[self.text_size], round(_ROLES[role] * self.scale * growth))

    def tone(self, name: str) -> Colour:
        """A colour by its name in the palette; "none" or "" is clear."""
        if name in ("", "none"):
            return (0.0, 0.0, 0.0, 0.0)
        colour: Colour = getattr(self.palette, name)
        return colour


def tones() -> tuple[str, ...]:
    """The names `Theme.tone` knows."""
    return tuple(field.name for field in fields(Palette))


def contrast(one: Colour, two: Colour) -> float:
    """Contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    light, dark = sorted((luminance(one), luminance(two)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    """Relative luminance of an opaque colour, 0 (black) to 1 (white)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour[:3]]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
