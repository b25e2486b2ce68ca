"""Texts under the county's own key: cards of households and staff; nothing is stored here."""

from __future__ import annotations

from kiosk.keys import to_base32
from sync.county.database import County


def signed(county: County, part: str) -> str:
    return f"{part}:{to_base32(county.key.sign(part.encode('ascii')))}"
