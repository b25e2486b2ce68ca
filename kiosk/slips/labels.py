"""What is stuck on goods and shelves: a label with a barcode, a shelf tag with the price in points."""

from __future__ import annotations

from typing import Literal

import msgspec

from drivers.printer.document import Barcode, Cut, Document, Feed, Part, Text
from kiosk.ledger import barcodes
from kiosk.slips.parts import chinese
from kiosk.words import Words, points


class Label(msgspec.Struct, frozen=True, kw_only=True, tag="label"):
    """Everything that stands on one of them; the same for every copy."""

    form: Literal["label", "tag"]
    name: str
    unit: str
    price_tenths: int
    code: str  # EAN-13
    place: str = ""  # on the shelf
    scheme_name: str = ""
    qr: str = ""  # there is none to be signed


def label_document(data: Label, words: Words | None = None) -> Document:
    """One piece of paper; equal arguments give equal documents."""
    say = words or chinese()
    body = _label(data, say) if data.form == "label" else _tag(data, say)
    return (*body, Cut())


def _label(data: Label, say: Words) -> list[Part]:
    return [
        Text(data.name, align="center", bold=True),
        Text(say("stock.label.price", points=points(data.price_tenths), unit=data.unit), align="center"),
        *_bars(data),
    ]


def _tag(data: Label, say: Words) -> list[Part]:
    """明码标分: to be read from two steps away."""
    place = [Text(say("stock.label.place", place=data.place), align="center")] if data.place else []
    return [
        *([Text(data.scheme_name, align="center")] if data.scheme_name else []),
        Text(data.name, align="center", bold=True, big=True),
        Feed(1),
        Text(
            say("stock.label.price", points=points(data.price_tenths), unit=data.unit),
            align="center",
            bold=True,
            big=True,
        ),
        Feed(1),
        *place,
        *_bars(data),
    ]


def _bars(data: Label) -> list[Part]:
    return [Feed(1), Barcode(barcodes.bars(data.code)), Text(data.code, align="center")]
