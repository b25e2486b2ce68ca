"""Goods as typed on a command line: SKU=PIECES, and for some what stands behind an @."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from kiosk.ledger.refusals import Refused
from kiosk.store.side import MOST_BYTES


class Item(NamedTuple):
    """One good as typed."""

    sku: str
    pieces: int
    about: str  # behind the @: a day or a lot, "" for nothing


def item_of(text: str) -> Item:
    """What `text` says. Raises `Refused("item-unreadable")`."""
    sku, _, rest = text.rpartition("=")
    pieces, _, about = rest.partition("@")
    if not sku or not re.fullmatch(r"-?[0-9]{1,9}", pieces):
        raise Refused("item-unreadable")
    return Item(sku, int(pieces), about)


def photo(path: Path | None) -> bytes:
    """A photograph's bytes, b"" for none; one that is too large is read only as far as to see that."""
    if path is None:
        return b""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
