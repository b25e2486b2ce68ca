"""Masked names for everything the public can see; knows nothing of households or screens."""

from __future__ import annotations

import unicodedata

STAR = "＊"

# Surnames of two characters that are still borne today (the frequent ones of 《百家姓》).
_PAIRS = (
    "欧阳司马上官诸葛东方皇甫尉迟公孙令狐慕容司徒司空夏侯宇文长孙鲜于闾丘钟离端木申屠公冶澹台赫连万俟濮阳淳于单于"
    "太叔仲孙轩辕南宫东郭西门呼延独孤拓跋左丘百里第五歐陽諸葛東方尉遲長孫鮮于鍾離澹臺赫連軒轅南宮東郭西門獨孤"
)
COMPOUND_SURNAMES = frozenset(_PAIRS[at : at + 2] for at in range(0, len(_PAIRS), 2))


def mask_name(name: str) -> str:
    """The name as it may hang on a wall: 张＊, 张＊山, 欧阳＊, and 乌＊＊ for four characters and more.

    Four and more are mostly Mongolian names, which have no surname. A name of one character becomes a
    star alone. Spaces around the name and invisible marks (variation selectors) don't count.
    """
    characters = _characters(name)
    if len(characters) <= 1:
        return STAR if characters else ""
    surname = "".join(characters[:2])
    if len(characters) > 2 and surname in COMPOUND_SURNAMES:
        return surname + STAR
    if len(characters) == 2:
        return characters[0] + STAR
    if len(characters) == 3:
        return characters[0] + STAR + characters[2]
    return characters[0] + STAR + STAR


def _characters(name: str) -> list[str]:
    """Visible characters; a name written with a variation selector has no more of them than without."""
    return [ch for ch in name.strip() if unicodedata.category(ch) not in ("Mn", "Me", "Cf", "Cc")]
