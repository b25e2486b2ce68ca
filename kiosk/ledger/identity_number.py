"""Whether eighteen characters can be a resident identity number; stores and shows none."""

from __future__ import annotations

import re

LENGTH = 18
_FOREIGN = re.compile(r"[A-Z]{3}[0-9]{12}")
_CHECK = "10X98765432"


def plausible(number: str) -> bool:
    """Length, digits and check character are right (GB 11643-1999, ISO 7064 MOD 11-2)."""
    body, check = number[:-1], number[-1:]
    if len(number) != LENGTH or not (body.isascii() and body.isdecimal()):
        return False
    total = sum(int(digit) * pow(2, LENGTH - 1 - at, 11) for at, digit in enumerate(body))
    return _CHECK[total % 11] == check


def masked(number: str) -> str:
    """All but the last four as dots."""
    return "•" * (len(number) - 4) + number[-4:] if len(number) > 4 else number


def on_card(kind: str, number: str) -> bool:
    """Whether a card of that kind, as `drivers.idcard` names it, can bear that number.

    Foreigners' cards of before 2023 have a nationality in three letters and twelve digits.
    """
    return plausible(number) or (kind == "foreigner" and _FOREIGN.fullmatch(number) is not None)
