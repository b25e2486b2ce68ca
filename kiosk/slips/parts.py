"""What slips of every kind are put together from: goods, days, names, the line to sign on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Literal

import msgspec

from drivers.printer.document import Column, Part, Row, Rule
from kiosk.ledger.masks import mask_name
from kiosk.words import DEFAULT_LOCALE, Words, points

Copy = Literal["stub", "resident", "single"]  # single: nothing to sign, nothing to keep

SIGN_LINE = "_" * 16

_COLUMNS = (Column(), Column(4, "right"), Column(8, "right"), Column(8, "right"))


class SlipLine(msgspec.Struct, frozen=True, kw_only=True):
    """One good on a slip."""

    name: str
    qty: int
    unit: str
    price_tenths: int
    total_tenths: int


def goods_table(lines: Iterable[SlipLine], say: Words) -> list[Part]:
    """The goods with what each is and comes to, under a line and their headings."""
    head = tuple(say(f"slip.{key}") for key in ("goods", "quantity", "each", "total"))
    rows = [
        Row(
            (line.name, f"{line.qty}{line.unit}", points(line.price_tenths), points(line.total_tenths)),
            _COLUMNS,
        )
        for line in lines
    ]
    return [Rule(), Row(head, _COLUMNS), *rows]


def day_text(iso_day: str, this_year: str, say: Words) -> str:
    """A day as people write it, with the year only where it is another one."""
    year, month, day = iso_day.split("-")
    key = "slip.day" if year == this_year else "slip.day_and_year"
    return say(key, year=year, month=int(month), day=int(day))


def names(copy: Copy) -> Callable[[str], str]:
    """How a copy writes names: whole on the stub, which is the voucher, masked on the resident's."""
    return str if copy == "stub" else mask_name


@cache
def chinese() -> Words:
    """Slips are vouchers under Chinese rules: Chinese whatever language the screen speaks."""
    return Words(DEFAULT_LOCALE)
