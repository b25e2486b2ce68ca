"""Barcodes of goods: the check digit of EAN-13, its bars, and our own codes for goods that have none.

After the GS1 General Specifications: numbers that begin with 20 to 29 are for use inside a shop.
"""

from __future__ import annotations

import hashlib

DIGITS = 13
_OWN_DIGITS = 11  # behind the leading 2, before the check digit

# the seven modules of each digit: left with odd parity (L), left with even parity (G), right (R)
_L = (
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
)
_R = tuple(code.translate(str.maketrans("01", "10")) for code in _L)
_G = tuple(code[::-1] for code in _R)
_PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL")


def own_code(sku: str) -> str:
    """The code we print for a good without a barcode: always the same for the same SKU, 2 in front.

    Two SKUs in some hundred billion share one.
    """
    number = int.from_bytes(hashlib.sha256(sku.encode()).digest()[:8], "big") % 10**_OWN_DIGITS
    body = f"2{number:0{_OWN_DIGITS}}"
    return body + check_digit(body)


def is_own(code: str) -> bool:
    """Whether `code` may be one of `own_code`."""
    return is_ean13(code) and code[0] == "2"


def is_ean13(code: str) -> bool:
    """Whether `code` is thirteen digits with the right check digit."""
    return len(code) == DIGITS and code.isascii() and code.isdigit() and check_digit(code[:-1]) == code[-1]


def check_digit(body: str) -> str:
    """The digit behind the twelve digits of `body`."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)


def bars(code: str) -> str:
    """The 95 modules of an EAN-13 code, 1 for a bar. Raises `ValueError` for what is none."""
    if not is_ean13(code):
        raise ValueError("not an EAN-13 code")
    left = zip(code[1:7], _PARITY[int(code[0])], strict=True)
    halves = ["".join((_L if parity == "L" else _G)[int(digit)] for digit, parity in left)]
    halves.append("".join(_R[int(digit)] for digit in code[7:]))
    return f"101{halves[0]}01010{halves[1]}101"
