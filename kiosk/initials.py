"""Pinyin initials of Chinese words (大米 5公斤 → DM5GJ), for search by letters; knows no screen and no table.

The common characters of GB 2312 stand in the order of their pinyin, so a character's place says its letter;
the rarer ones that goods are named with are in `assets/catalogue/initials.toml`.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from functools import cache

from kiosk.paths import assets_dir

# Where each letter begins among the common characters (GB 2312-1980, level 1); no pinyin begins with I, U, V.
_STARTS = (
    *(0xB0A1, 0xB0C5, 0xB2C1, 0xB4EE, 0xB6EA, 0xB7A2, 0xB8C1, 0xB9FE, 0xBBF7, 0xBFA6, 0xC0AC, 0xC2E8),
    *(0xC4C3, 0xC5B6, 0xC5BE, 0xC6DA, 0xC8BB, 0xC8F6, 0xCBFA, 0xCDDA, 0xCEF4, 0xD1B9, 0xD4D1),
)
_LETTERS = "ABCDEFGHJKLMNOPQRSTWXYZ"
_END = 0xD7FA  # of the common characters


def initials(words: str) -> str:
    """The letters of `words` in capitals, digits as they are, everything else left out."""
    return "".join(_initial(character) for character in words)


def fits(words: str, typed: str) -> bool:
    """Whether the letters `typed` stand somewhere in the initials of `words`."""
    return typed.upper() in initials(words)


def _initial(character: str) -> str:
    if character.isascii():
        return character.upper() if character.isalnum() else ""
    if character in _rare():
        return _rare()[character]
    try:
        high, low = character.encode("gb2312")
    except (UnicodeEncodeError, ValueError):
        return ""
    code = high * 256 + low
    return _LETTERS[bisect_right(_STARTS, code) - 1] if _STARTS[0] <= code < _END else ""


@cache
def _rare() -> dict[str, str]:
    text = (assets_dir() / "catalogue" / "initials.toml").read_text("utf-8")
    return {character: letter for letter, row in tomllib.loads(text).items() for character in row}
