"""What a code is before it becomes a scan; knows neither wires nor pictures."""

from __future__ import annotations

import re
from typing import NamedTuple

from drivers.base import Symbology

CODE_MAXIMUM = 512  # bytes; our cards are about 150
# How makers' settings codes begin, from their public manuals: Newland "@SETUPE1", "NLS0006010;", Opticon
# "@MENU_OPTO@…", Mindeo "%0401D03%", Cognex "||>SET …", Netum "%%SpecCode9A", Honeywell "^#^…". A code that
# sets up one make of scanner is plain text to another, and must get no further than the driver.
_PROGRAMMING = re.compile(
    r"@?SETUP[A-Z][01]\b|@MENU_OPTO@|@[A-Z]{6}[0-9@;]|NLS[0-9]{7}|\|\|>|\^#|%%SpecCode|%[0-9]{4}[DH0-9][0-9A-Z]*%"
)


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
    """Why a text cannot be a code we pass on, or "" when it can.

    "too-long", "empty", "control" (characters that are none; makers' commands have them too), "programming".
    """
    if len(text.encode("utf-8", "surrogatepass")) > CODE_MAXIMUM:
        return "too-long"
    if not text.strip():
        return "empty"
    if not text.isprintable():
        return "control"
    return "programming" if _PROGRAMMING.match(text) else ""
