"""The SDT protocol between a host and an identity-card reader's security module; pure, without clock or wire.

Host to reader (lengths count everything behind themselves; XOR runs over length … data):

    AA AA AA 96 69 | length 2, high byte first | CMD | PARA | data … | XOR

Reader to host:

    AA AA AA 96 69 | length 2, high byte first | SW1 | SW2 | SW3 | data … | XOR

SW3 is the answer: 90 done, 9F card found, 80 no card, 81 not selected, 41 not read, 10 our checksum was
wrong, 60 self-test failed, 66 not authorised. The data of a card that was read (05 08 in all):

    text length 2 = 01 00 | photo length 2 = 04 00 | text 256 | photo 1024 (closed coding, ignored)

Text is UTF-16LE in fixed places (offset:bytes). Residents and permits: name 0:30 · sex 30:2 · nation 32:4 ·
birth 36:16 · address 52:70 · number 122:36 · authority 158:30 · valid from 188:16 · valid to 204:16 (or
长期); permits also: pass number 220:18 · times issued 238:4. Type flag 248:2, "J" on permits. Foreigners'
cards: English name 0:120 · sex 120:2 · number 122:30 · nationality 152:6 · Chinese name 158:30 · dates as
above · birth 220:16 · type flag "I".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import reduce
from operator import xor
from typing import NamedTuple

from drivers.idcard.types import CardKind

PREAMBLE = bytes.fromhex("AA AA AA 96 69")
STATUS, SAM_ID, RESET = (0x11, 0xFF), (0x12, 0xFF), (0x10, 0xFF)
FIND, SELECT, READ = (0x20, 0x01), (0x20, 0x02), (0x30, 0x01)
DONE, FOUND, NO_CARD, NOT_SELECTED, NOT_READ, UNAUTHORISED = 0x90, 0x9F, 0x80, 0x81, 0x41, 0x66
TEXT_BYTES, PHOTO_BYTES = 256, 1024
FOREIGN_NUMBER_CHARS = 15  # on cards of before 2023; since then 18 like everybody's
READ_REPLY_BYTES = 1295  # the whole frame of a card that was read
LENGTH_LEAST, LENGTH_MAXIMUM = (
    4,
    0x1000,
)  # status and XOR; the longest documented (with fingerprints) is 0x910
WORDS = {
    DONE: "done", FOUND: "found", NO_CARD: "no card", NOT_SELECTED: "not selected", NOT_READ: "not read",
    0x10: "checksum", 0x11: "length", 0x21: "command", 0x23: "not permitted", 0x24: "unknown",
    0x31: "authentication", 0x32: "authentication", 0x33: "authentication", 0x40: "card type", 0x47: "random",
    0x60: "self-test", UNAUTHORISED: "unauthorised", 0x91: "empty",
}  # fmt: skip

_HEAD = len(PREAMBLE) + 2
_FOREIGN_NAME = re.compile(r"[A-Za-z][A-Za-z .,'\-]*")
_NUMBER = re.compile(r"[0-9A-Z]{15}|[0-9]{17}[0-9X]")
_DAY = re.compile(r"[0-9]{8}")


class Reply(NamedTuple):
    """One reply whose checksum holds. Its data may be a person's: never log it."""

    status: int  # SW3
    data: bytes

    def __repr__(self) -> str:
        return f"Reply({WORDS.get(self.status, hex(self.status))}, {len(self.data)} bytes)"


class CardText(NamedTuple):
    """The printed side of a card, as its chip has it; a person's data, so its repr says the kind only."""

    kind: CardKind
    name: str
    number: str
    valid_from: str  # ISO day
    valid_to: str  # ISO day; "" without end
    birth: str  # ISO day; "" where it is none
    sex: str  # 0, 1, 2, 9 (GB/T 2261.1)
    nation: str  # 01–56, 97, 98; of a foreigner the nationality in three letters
    address: str
    authority: str
    pass_number: str  # of a permit
    times_issued: str

    def __repr__(self) -> str:
        return f"CardText({self.kind})"


def command(code: tuple[int, int], data: bytes = b"") -> bytes:
    """The bytes that tell the reader to do something: one of STATUS … RESET."""
    body = (len(data) + 3).to_bytes(2, "big") + bytes(code) + data
    return PREAMBLE + body + bytes([checksum(body)])


def reply(status: int, data: bytes = b"") -> bytes:
    """The bytes a reader answers with; what `ReplyDecoder` decodes."""
    body = (len(data) + 4).to_bytes(2, "big") + bytes([0, 0, status]) + data
    return PREAMBLE + body + bytes([checksum(body)])


def checksum(body: bytes) -> int:
    """XOR of all bytes."""
    return reduce(xor, body, 0)


class ReplyDecoder:
    """Takes bytes in any portions, gives whole replies; noise between and broken frames are skipped.

    `bad` counts what was skipped: "noise" (bytes before a preamble), "length", "checksum". What is held is
    never longer than the longest frame and the portion fed.
    """

    def __init__(self) -> None:
        self.bad: Counter[str] = Counter()
        self._held = bytearray()

    @property
    def pending(self) -> bool:
        """Whether a frame was begun and waits for its rest."""
        return bool(self._held)

    def reset(self) -> None:
        """Forget a frame that was begun: its rest will not come."""
        self._held.clear()

    def feed(self, data: bytes) -> list[Reply]:
        """The replies these bytes complete, in order."""
        self._held += data
        replies: list[Reply] = []
        while self._seek() and len(self._held) >= _HEAD:
            length = int.from_bytes(self._held[_HEAD - 2 : _HEAD], "big")
            if not LENGTH_LEAST <= length <= LENGTH_MAXIMUM:
                self._skip("length")
                continue
            if len(self._held) < _HEAD + length:
                break
            body = bytes(self._held[_HEAD - 2 : _HEAD + length])
            if checksum(body):  # the XOR of a body and its own checksum is 0
                self._skip("checksum")
                continue
            del self._held[: _HEAD + length]
            replies.append(Reply(body[4], body[5:-1]))
        return replies

    def _seek(self) -> bool:
        """Drop what comes before the next preamble; whether a whole one is held."""
        at = self._held.find(PREAMBLE)
        if at < 0:  # the last bytes held may be its first
            kept = range(min(len(PREAMBLE) - 1, len(self._held)), 0, -1)
            at = len(self._held) - next((n for n in kept if PREAMBLE.startswith(self._held[-n:])), 0)
        if at:
            self.bad["noise"] += at
            del self._held[:at]
        return self._held.startswith(PREAMBLE)

    def _skip(self, why: str) -> None:
        """This preamble led to nothing; a true one may lie within what was taken for a frame."""
        self.bad[why] += 1
        del self._held[: len(PREAMBLE)]


def text_of(data: bytes) -> bytes | None:
    """The 256 text bytes in the data of a READ reply; None where lengths do not fit."""
    if len(data) < 4:
        return None
    text, photo = int.from_bytes(data[:2], "big"), int.from_bytes(data[2:4], "big")
    if text != TEXT_BYTES or len(data) != 4 + text + photo:
        return None
    return data[4 : 4 + TEXT_BYTES]


def card_text(text: bytes) -> CardText | None:
    """What the 256 bytes say; None when there is no number in its place."""
    assert len(text) == TEXT_BYTES

    def part(offset: int, size: int) -> str:
        return text[offset : offset + size].decode("utf-16-le", "replace").replace("\0", " ").strip()

    foreign = part(248, 2) == "I" or _FOREIGN_NAME.fullmatch(part(0, 120)) is not None
    number = part(122, 36).upper()
    if foreign and not _NUMBER.fullmatch(number):
        number = part(122, 30).upper()  # an older one; the nationality follows it
    if not _NUMBER.fullmatch(number):
        return None
    return _foreigner(number, part) if foreign else _resident(number, part)


def _foreigner(number: str, part: Callable[[int, int], str]) -> CardText:
    return CardText(
        kind="foreigner",
        name=part(158, 30) or part(0, 120),
        number=number,
        valid_from=_day(part(188, 16)),
        valid_to=_day(part(204, 16)),
        birth=_day(part(220, 16)),
        sex=part(120, 2),
        nation=part(152, 6) if len(number) == FOREIGN_NUMBER_CHARS else "",
        address="",
        authority="",
        pass_number="",
        times_issued="",
    )


def _resident(number: str, part: Callable[[int, int], str]) -> CardText:
    permit = part(248, 2) == "J"
    return CardText(
        kind="permit" if permit else "resident",
        name=part(0, 30),
        number=number,
        valid_from=_day(part(188, 16)),
        valid_to=_day(part(204, 16)),
        birth=_day(part(36, 16)),
        sex=part(30, 2),
        nation=part(32, 4),
        address=part(52, 70),
        authority=part(158, 30),
        pass_number=part(220, 18) if permit else "",
        times_issued=part(238, 4) if permit else "",
    )


def _day(text: str) -> str:
    """YYYYMMDD as an ISO day; "" for anything else, "长期" (without end) among it."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if _DAY.fullmatch(text) else ""
