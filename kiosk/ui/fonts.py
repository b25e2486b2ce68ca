"""Finds the fonts people's names need and says which font each character takes; draws nothing, knows no Kivy.

Kivy opens face 0 of a font collection, and in the distribution's Noto Sans CJK that is the Japanese face
(直 骨 海 将 come out in Japanese forms). So the Simplified Chinese face is written to a file of its own,
once, into the cache. Kivy's labels have no font fallback either: `runs` cuts a text where the font changes.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from kiosk.paths import cache_dir

MAIN_FAMILY = "Noto Sans CJK SC"
FALLBACK_FAMILIES = ("HanaMinA", "HanaMinB", "BabelStone Han", "Jigmo", "Jigmo2", "Jigmo3")
MAIN_PACKAGES = ("fontconfig", "fonts-noto-cjk")  # the names are the same in Debian and Ubuntu
FALLBACK_PACKAGES = ("fonts-hanazono",)

_FORMAT = 1  # of the cache; raise it when the files below change their meaning
_PLANES_END = 0x40000  # all Chinese characters lie below (planes 0-3)
_FC_LIST_TIMEOUT_S = 60.0  # fontconfig may have to build its own cache first
_TEXTS_KEPT = 4096


class FontsMissing(RuntimeError):  # noqa: N818 - it reads as the sentence it is
    """The machine lacks the Chinese font; the message names the packages to install."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"{why}; install it with: apt-get install {' '.join(MAIN_PACKAGES + FALLBACK_PACKAGES)}"
        )


class _Source(msgspec.Struct, frozen=True):
    """One face as fontconfig lists it, with a stamp that changes when the package is upgraded."""

    role: str  # regular, bold, fallback
    path: str
    index: int
    stamp: str


class _Face(msgspec.Struct, frozen=True):
    source: _Source
    font: str  # the file to give to Kivy
    coverage: str  # the file with one bit a code point


class _Manifest(msgspec.Struct, frozen=True):
    format: int
    faces: tuple[_Face, ...]


@dataclass(frozen=True)
class Fonts:
    """The fonts of this machine; all paths exist and each file's first face is the right one."""

    regular: Path
    bold: Path
    fallbacks: tuple[Path, ...]
    missing_packages: tuple[str, ...]  # what `doctor` should ask for; without it rare characters are boxes
    _coverage: dict[Path, bytes] = field(repr=False, compare=False)
    _known: dict[tuple[str, bool], list[tuple[str, str]]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def runs(self, text: str, bold: bool = False) -> list[tuple[str, str]]:
        """The text cut where the font changes: (font path, piece), in order; the pieces join to the text.

        The main font is taken wherever it has the character. Combining marks, joiners and variation
        selectors stay with the character before them. A character that no font has goes to the main font.
        """
        key = (text, bold)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _TEXTS_KEPT:
                self._known.clear()
            found = self._known[key] = self._cut(text, bold)
        return list(found)

    def lacking(self, text: str) -> str:
        """The characters of the text that no font of this machine has."""
        return "".join(
            char for char in text if not _joins(char) and self._font_of(char, self.regular) is None
        )

    def _cut(self, text: str, bold: bool) -> list[tuple[str, str]]:
        main = self.bold if bold else self.regular
        pieces: list[tuple[str, str]] = []
        for char in text:
            font = pieces[-1][0] if pieces and _joins(char) else str(self._font_of(char, main) or main)
            if pieces and pieces[-1][0] == font:
                pieces[-1] = (font, pieces[-1][1] + char)
            else:
                pieces.append((font, char))
        return pieces

    def _font_of(self, char: str, main: Path) -> Path | None:
        point = ord(char)
        if point >= _PLANES_END:
            return None
        for font in (main, *self.fallbacks):
            if self._coverage[font][point >> 3] >> (point & 7) & 1:
                return font
        return None


@cache
def prepare() -> Fonts:
    """The fonts of this machine, prepared in the cache when they are not there yet (about 1 s, once).

    Later starts read a few small files. Raises `FontsMissing` naming the packages.
    """
    return prepare_in(cache_dir() / "fonts")


def prepare_in(folder: Path) -> Fonts:
    """As `prepare`, in a folder of the caller's. Safe when two processes do it at once."""
    manifest = _read_manifest(folder)
    if manifest is None:
        sources = _sources()
        folder.mkdir(parents=True, exist_ok=True)
        manifest = _Manifest(_FORMAT, tuple(_prepare_face(source, folder) for source in sources))
        _write(folder / "manifest.json", msgspec.json.encode(manifest))
    by_role: dict[str, list[Path]] = {"regular": [], "bold": [], "fallback": []}
    for face in manifest.faces:
        by_role[face.source.role].append(Path(face.font))
    return Fonts(
        regular=by_role["regular"][0],
        bold=by_role["bold"][0],
        fallbacks=tuple(by_role["fallback"]),
        missing_packages=() if by_role["fallback"] else FALLBACK_PACKAGES,
        _coverage={Path(face.font): Path(face.coverage).read_bytes() for face in manifest.faces},
    )


def runs(text: str, bold: bool = False) -> list[tuple[str, str]]:
    """`Fonts.runs` of this machine's fonts: [(font path, piece), …]."""
    return prepare().runs(text, bold)


def _joins(char: str) -> bool:
    """Whether a character only changes the one before it (U+FE00-FE0F and U+E0100-E01EF select its shape)."""
    point = ord(char)
    return (
        0x300 <= point <= 0x36F
        or point in (0x200C, 0x200D)
        or 0xFE00 <= point <= 0xFE0F
        or 0xE0100 <= point <= 0xE01EF
    )


# --- what fontconfig knows


def _sources() -> tuple[_Source, ...]:
    listed = _fc_list()
    main = {style: found for (family, style), found in listed.items() if family == MAIN_FAMILY}
    for style in ("Regular", "Bold"):
        if style not in main:
            raise FontsMissing(f"the font {MAIN_FAMILY} {style} is not installed")
    fallbacks = [listed[family, "Regular"] for family in FALLBACK_FAMILIES if (family, "Regular") in listed]
    return (
        _source("regular", *main["Regular"]),
        _source("bold", *main["Bold"]),
        *(_source("fallback", *found) for found in fallbacks),
    )


def _fc_list() -> dict[tuple[str, str], tuple[str, int]]:
    """(family, style) → (file, face) of every installed face, under each of its names."""
    try:
        answer = subprocess.run(
            ["fc-list", "--format", "%{file}\t%{index}\t%{family}\t%{style}\n"],
            capture_output=True,
            check=True,
            timeout=_FC_LIST_TIMEOUT_S,
        )
    except FileNotFoundError:
        raise FontsMissing("fc-list, which finds fonts, is not installed") from None
    faces: dict[tuple[str, str], tuple[str, int]] = {}
    for line in sorted(answer.stdout.decode("utf-8", "replace").splitlines()):
        path, index, families, styles = line.split("\t")
        for family in families.split(","):
            for style in styles.split(","):
                faces.setdefault((family, style), (path, int(index) & 0xFFFF))
    return faces


def _source(role: str, path: str, index: int) -> _Source:
    return _Source(role, path, index, _stamp(path))


def _stamp(path: str) -> str:
    about = Path(path).stat()
    return f"{about.st_mtime_ns}:{about.st_size}"


# --- the cache


def _read_manifest(folder: Path) -> _Manifest | None:
    """What an earlier start prepared, or None when something has to be done (again)."""
    try:
        manifest = msgspec.json.decode((folder / "manifest.json").read_bytes(), type=_Manifest)
        whole = (
            manifest.format == _FORMAT
            and all(_stamp(face.source.path) == face.source.stamp for face in manifest.faces)
            and all(Path(face.coverage).stat().st_size == _PLANES_END // 8 for face in manifest.faces)
            and all(Path(face.font).stat().st_size > 0 for face in manifest.faces)
        )
    except (OSError, msgspec.MsgspecError):
        return None
    # A fallback that was missing may have been installed since: ask fontconfig again (5 ms).
    return manifest if whole and any(face.source.role == "fallback" for face in manifest.faces) else None


def _prepare_face(source: _Source, folder: Path) -> _Face:
    # Imported here: 0.2 s that only the first start on a machine may cost.
    import hashlib

    from fontTools.ttLib import TTFont

    name = hashlib.sha256(f"{_FORMAT}|{source.path}|{source.index}|{source.stamp}".encode()).hexdigest()[:16]
    is_collection = Path(source.path).suffix.lower() in (".ttc", ".otc")
    font = folder / f"{name}.otf" if is_collection else Path(source.path)
    coverage = folder / f"{name}.coverage"
    options: dict[str, Any] = {"lazy": True, "recalcBBoxes": False, "recalcTimestamp": False}
    with TTFont(source.path, fontNumber=source.index if is_collection else -1, **options) as face:
        if is_collection:
            # Before any table is parsed, so that bytes are copied: 0.2 s instead of 14.
            with tempfile.NamedTemporaryFile(dir=folder, delete=False) as file:
                face.save(file, reorderTables=None)
            Path(file.name).replace(font)
        _write(coverage, _bits(face.getBestCmap()))
    return _Face(source, str(font), str(coverage))


def _bits(points: Iterable[int]) -> bytes:
    bits = bytearray(_PLANES_END // 8)
    for point in points:
        if point < _PLANES_END:
            bits[point >> 3] |= 1 << (point & 7)
    return bytes(bits)


def _write(path: Path, data: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    Path(file.name).replace(path)
