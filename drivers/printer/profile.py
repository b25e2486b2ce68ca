"""Printer models as data: paper, font, cutter, what can be asked; reads `profiles/*.toml`, talks to none."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import msgspec

_FOLDER = Path(__file__).with_name("profiles")

FontSet = Literal["gb2312", "gbk", "gb18030"]


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a model of printer can do; the comments in the profiles say where each value comes from."""

    name: str
    model: str  # for people
    columns: Annotated[int, msgspec.Meta(ge=16, le=96)]
    dots: Annotated[int, msgspec.Meta(ge=192, le=1152)]
    font_set: FontSet  # characters beyond it are drawn as bitmaps
    cutter: bool
    tear_feed_lines: Annotated[int, msgspec.Meta(ge=0, le=12)] = 4  # to the tear bar, without a cutter
    drawer: bool  # has a socket for a cash drawer (ESC p)
    native_qr: bool
    qr_module_dots: Annotated[int, msgspec.Meta(ge=3, le=16)] = 6
    status: bool  # answers DLE EOT 1 to 4
    proof: Literal["gs-h", "gs-r", "none"]  # GS ( H fn 48, queued GS r 1, or nothing
    # Tells changes by itself after GS a. Only beside "gs-h": what is left of a cut-off report would be taken
    # for answers to GS r, and so for proof.
    automatic: bool = False
    clear: Literal["dc4-8", "enq-2", "none"]  # DLE DC4 fn 8, DLE ENQ 2, or nothing
    baud: Annotated[int, msgspec.Meta(ge=1200)] = 115200  # of its serial line as delivered
    lines_per_s: Annotated[float, msgspec.Meta(gt=0)] = 10.0  # slowest printing of text lines to reckon with

    @property
    def cell_dots(self) -> int:
        """Dots one character cell is wide."""
        return self.dots // self.columns


def one_way(model: Profile) -> Profile:
    """The same printer on a line that carries no answers."""
    return msgspec.structs.replace(model, status=False, proof="none", clear="none", automatic=False)


def profiles() -> tuple[str, ...]:
    """Names of the models that ship."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.toml")))


@cache
def profile(name: str) -> Profile:
    """The profile of that name. Raises `ValueError` naming the ones there are."""
    if name not in profiles():
        raise ValueError(f"no printer profile {name!r}; there are: {', '.join(profiles())}")
    table = tomllib.loads((_FOLDER / f"{name}.toml").read_text("utf-8"))
    return msgspec.convert({**table, "name": name}, Profile)
