"""What a printable document is made of, and its JSON form; knows no paper width and no printer command."""

from __future__ import annotations

from typing import Literal

import msgspec

MAXIMUM_PARTS = 2000  # a slip has about 40; more is a mistake or an attack on the paper roll
MAXIMUM_BYTES = 256 * 1024


class _Part(msgspec.Struct, frozen=True, tag_field="part", forbid_unknown_fields=True):
    pass


class Text(_Part, frozen=True, tag="text"):
    """A line of text, wrapped where it is too long; `right` stands at the right edge of the same line."""

    text: str
    right: str = ""
    align: Literal["left", "center", "right"] = "left"
    bold: bool = False
    big: bool = False  # twice as wide and twice as high


class Column(_Part, frozen=True, tag="column"):
    """One column of a table: its least width in character cells; the one with width 0 takes what is left."""

    width: int = 0
    align: Literal["left", "right"] = "left"


class Row(_Part, frozen=True, tag="row"):
    """One line of a table; as many cells as columns. Rows with equal columns line up on paper."""

    cells: tuple[str, ...]
    columns: tuple[Column, ...]
    bold: bool = False


class Rule(_Part, frozen=True, tag="rule"):
    """A line across the paper made of one character."""

    char: str = "-"


class Qr(_Part, frozen=True, tag="qr"):
    """A QR code in the middle of the paper; `data` is ASCII."""

    data: str


class Barcode(_Part, frozen=True, tag="barcode"):
    """Bars in the middle of the paper; `modules` is a row of 1 and 0, 1 for a bar, without quiet zones."""

    modules: str
    high_dots: int = 80  # 10 mm


class Feed(_Part, frozen=True, tag="feed"):
    """Empty lines."""

    lines: int = 1


class Cut(_Part, frozen=True, tag="cut"):
    """The end of a piece of paper: cut, or fed to the tear bar where there is no cutter."""


Part = Text | Row | Rule | Qr | Barcode | Feed | Cut
Document = tuple[Part, ...]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Document)


def dump(document: Document) -> bytes:
    """The document as JSON, the same bytes for the same document: what a print queue keeps."""
    return _encoder.encode(document)


def load(data: bytes) -> Document:
    """The document of `dump`. Raises `ValueError` on anything else, and on documents beyond the limits."""
    if len(data) > MAXIMUM_BYTES:
        raise ValueError(f"a document of {len(data)} bytes; at most {MAXIMUM_BYTES}")
    document = _decoder.decode(data)  # msgspec.DecodeError is a ValueError
    if len(document) > MAXIMUM_PARTS:
        raise ValueError(f"a document of {len(document)} parts; at most {MAXIMUM_PARTS}")
    return document
