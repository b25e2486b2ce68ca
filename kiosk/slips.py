"""What a slip says: facts of a redemption → a printable document; no device, no database.

(SlipData is fixed by the lead, services fill it and store it as JSON in the print queue. The printing
helper writes `redemption_slip(data, copy, reprint, words)` below.)
"""

from __future__ import annotations

import msgspec


class SlipLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of goods."""

    name: str
    unit: str
    qty: int
    price_tenths: int
    total_tenths: int


class SlipData(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a redemption slip shows; names are whole, each copy masks what it must."""

    scheme: str
    place: str  # township and centre in one line
    slip: str  # 0037-001284
    at: str  # 2026-11-23 14:05:09, business day and time of day
    clerk: str  # name of the staff member
    head: str  # head of household
    members: int
    tail: str  # last four digits of the household number
    collector: str  # "" when the household itself
    relation: str
    lines: tuple[SlipLine, ...]
    charged_tenths: int
    before_tenths: int
    after_tenths: int
    offline: bool  # the line was down when it was written
    check_code: str  # 7F3A-91C2
    code: str  # text of the QR
    ending_day: str  # soonest day on which points that are left end, "" for none
    ending_tenths: int
    phone: str
