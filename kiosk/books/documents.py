"""The centre's own texts, as 管理办法: found, versioned by their bytes, cut into paragraphs."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from kiosk.paths import assets_dir
from kiosk.services.terminal import Terminal
from kiosk.words import DEFAULT_LOCALE

RULES, PRIVACY = "rules-of-the-centre", "privacy"
FOLDER = "documents"  # in the terminal's data folder: the centre's own texts
VERSION_CHARS = 8


class Part(msgspec.Struct, frozen=True):
    """One paragraph."""

    kind: Literal["title", "heading", "item", "text"]
    text: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A text ready to be laid out."""

    parts: tuple[Part, ...]
    version: str  # first half of a SHA-256 over the file, as people compare it
    own: bool  # False: the example that comes with the terminal


def load(terminal: Terminal, name: str, locale: str = DEFAULT_LOCALE) -> Document:
    """The centre's own text in its data folder, else the example; in Chinese where `locale` has none.

    Raises `OSError` for an unreadable file."""
    own, example = terminal.settings.data_dir / FOLDER, assets_dir() / "documents"
    files = (f"{name}.{locale}.md", f"{name}.{DEFAULT_LOCALE}.md")
    path = next(place for file in files for folder in (own, example) if (place := folder / file).exists())
    data = path.read_bytes()
    version = hashlib.sha256(data).hexdigest()[:VERSION_CHARS].upper()
    return Document(parts=parts(data.decode("utf-8", "replace")), version=version, own=path.parent == own)


def parts(text: str) -> tuple[Part, ...]:
    """Plain Markdown: `#` the title, `##` headings, `-` items; lines in a row are one paragraph."""
    found: list[Part] = []
    open_text = False
    for line in map(str.strip, text.splitlines()):
        kind, rest = _kind(line)
        if not rest:
            open_text = False
        elif kind == "text" and open_text:
            found[-1] = Part("text", found[-1].text + _joined(found[-1].text, rest))
        else:
            found.append(Part(kind, rest))
            open_text = kind == "text"
    return tuple(found)


def _kind(line: str) -> tuple[Literal["title", "heading", "item", "text"], str]:
    if line.startswith("# "):
        return "title", line[2:].strip()
    if line.startswith("## "):
        return "heading", line[3:].strip()
    if line.startswith("- "):
        return "item", line[2:].strip()
    return "text", line


def _joined(before: str, rest: str) -> str:
    """A line break is a space between Latin words and nothing between Chinese ones."""
    return f" {rest}" if before[-1].isascii() and rest[0].isascii() else rest
