"""What a reader of identity cards yields; knows neither wires nor whose account a number leads to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

# What was shown: a resident's card, a residence permit of somebody from Hong Kong, Macao or Taiwan, or the
# identity card of a foreigner.
CardKind = Literal["resident", "permit", "foreigner"]
# How it came: the chip of a card, the keys of a reader that types like a keyboard, or the QR code of an
# electronic identity. Only the first is built; the others would yield the same.
Way = Literal["chip", "keys", "qr"]


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """One identity card that somebody laid on a reader once.

    Number and names are for the look-up in memory: they are in no repr, log line or error.
    """

    source: str  # name of the reader
    way: Way
    kind: CardKind
    number: str = field(repr=False)  # 18 characters, 15 on older cards of foreigners; not checked here
    name: str = field(repr=False)
    valid_to: str = field(repr=False)  # ISO day; "" = without end, or not said
    at_s: float = 0.0  # time.monotonic() when its last byte arrived
