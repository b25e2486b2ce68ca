"""What a code is before it becomes a scan; knows neither wires nor pictures."""

from __future__ import annotations

from typing import NamedTuple

from drivers.base import Symbology

CODE_MAXIMUM = 512  # bytes; our cards are about 150


class Code(NamedTuple):
    """One code as read: its symbology ("" when the reader does not say) and its text."""

    symbology: Symbology
    text: str


def ean13_holds(text: str) -> bool:
    """Whether text is 13 digits with the right check digit (GS1 General Specifications, 7.9)."""
    if len(text) != 13 or not (text.isascii() and text.isdigit()):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text)) % 10 == 0


def why_unfit(text: str) -> str:
    """Why a text cannot be a code we pass on ("too-long", "empty", "control"), or "" when it can."""
    if len(text.encode("utf-8", "surrogatepass")) > CODE_MAXIMUM:
        return "too-long"
    if not text.strip():
        return "empty"
    return "" if text.isprintable() else "control"
