"""The code on a slip that goes with goods to another centre: what is in it, in the QR alphanumeric alphabet.

`G1:YS-37:1.284:38:0037-000012:20261123:SOAP*12*20270101*2/RICE5*3**1:…`: issuer, epoch and seq of the
`stock-send` entry, the terminal it goes to, slip, business day, then a part for each line: SKU, pieces, best
before, fund. Its signature is the sender's and is checked elsewhere, as with every code.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from kiosk.ledger import cards

MOST_CHARS = 207  # before the signature: a QR code of version 10 fits on 58 mm paper with dots of 0.75 mm
_MOST_READ_CHARS = 400

_CODE = re.compile(
    r"G1:(?P<issuer>[A-Z0-9]{1,6}-(?P<terminal>[0-9]{1,4})[B-Z]*):(?P<epoch>[0-9]{1,6})\.(?P<seq>[0-9]{1,9})"
    r":(?P<dest>[0-9]{1,4}):(?P<number>[0-9]{4}[B-Z]*-[0-9]{6}):(?P<day>[0-9]{8})"
    r":(?P<lines>[^:]{1,250}):(?P<signature>[A-Z2-7]{103})"
)
_LINE = re.compile(
    r"(?P<sku>[^*/]{1,80})\*(?P<pieces>[0-9]{1,6})\*(?P<best_before>(?:[0-9]{8})?)\*(?P<fund>[0-9])"
)
_ESCAPED = re.compile(r"\$([A-Z])|%([0-9A-F]{1,6})\.")


class Sent(NamedTuple):
    """One line of goods on the way: pieces of one date and fund."""

    sku: str
    pieces: int
    best_before: str  # ISO, "" where the good keeps
    fund: int  # place in the list of funds


class GoodsDocument(NamedTuple):
    """The code as read; nothing about it is proven yet."""

    issuer: str
    terminal: int
    epoch: int
    seq: int
    dest: int
    number: str  # of the slip
    day: str
    lines: tuple[Sent, ...]


def text(issuer: str, entry: tuple[int, int], dest: int, number: str, day: str, lines: Sequence[Sent]) -> str:
    """The part of the code to sign. May be longer than `MOST_CHARS`: ask before it is printed."""
    goods = "/".join(
        f"{_escape(line.sku)}*{line.pieces}*{line.best_before.replace('-', '')}*{line.fund}" for line in lines
    )
    return f"G1:{issuer}:{entry[0]}.{entry[1]}:{dest}:{number}:{day.replace('-', '')}:{goods}"


def read(code: str) -> GoodsDocument | None:
    """The document in a scanned code, None when it has not the form of one or names another's slip."""
    match = _CODE.fullmatch(code[:_MOST_READ_CHARS])
    if match is None or not cards.may_issue(match["issuer"], match["number"]):
        return None
    parts = [_LINE.fullmatch(part) for part in match["lines"].split("/")]
    lines = tuple(
        Sent(_unescape(part["sku"]), int(part["pieces"]), _iso(part["best_before"]), int(part["fund"]))
        for part in parts
        if part is not None
    )
    if len(lines) != len(parts):
        return None
    return GoodsDocument(
        issuer=match["issuer"],
        terminal=int(match["terminal"]),
        epoch=int(match["epoch"]),
        seq=int(match["seq"]),
        dest=int(match["dest"]),
        number=match["number"],
        day=_iso(match["day"]),
        lines=lines,
    )


def signature(code: str) -> str:
    """The signature at the end of a code that `read` could read."""
    return code.rpartition(":")[2]


def _iso(day: str) -> str:
    return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day else ""


def _escape(sku: str) -> str:
    """Letters turned over, for SKUs are mostly in small ones, which the alphabet lacks; others by number."""
    return "".join(_escaped(ch) for ch in sku)


def _escaped(ch: str) -> str:
    if "a" <= ch <= "z":
        return ch.upper()
    if "A" <= ch <= "Z":
        return f"${ch}"
    return ch if ch in "0123456789-" else f"%{ord(ch):X}."


def _unescape(text: str) -> str:
    plain = []
    at = 0
    for match in _ESCAPED.finditer(text):
        plain += [text[at : match.start()].lower(), match[1] or chr(min(int(match[2], 16), 0x10FFFF))]
        at = match.end()
    return "".join([*plain, text[at:].lower()])
