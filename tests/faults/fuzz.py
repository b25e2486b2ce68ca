"""Makes inputs for codecs from a seed: true ones, damaged ones, noise; checks nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import pairwise
from random import Random
from typing import NamedTuple

from drivers.idcard import sdt
from drivers.idcard.simulated import EXAMPLE, text_bytes
from drivers.scanner.keys import CAPS_LOCK, ENTER, EV_KEY, EV_SYN, LEFT_CTRL, LEFT_SHIFT, PLAIN, SYN_DROPPED
from drivers.scanner.simulated_hid import event

INPUTS = int(os.environ.get("FUZZ_INPUTS", "20000"))  # for each codec; `make faults` asks for a million
BATCH = 500  # inputs from one seed
TRUE_LEAST = 0.3  # of the inputs have a piece with a true header and a true checksum

SIGNATURE = "A2B3" * 25 + "ABC"
CARDS = (
    "P1:YS:0370217:3:" + SIGNATURE,
    "P1:YS-37B:0370217:3:" + SIGNATURE,
    "S1:YS:M037A:1:" + SIGNATURE,
    "L1:YS-37:0037-001284:7F3A91C2:280:20261123:" + SIGNATURE,
    "M1:YS-37:1-284:0370217:38-1:20271123.50/0.30::7F3A91C2:" + SIGNATURE,
    "M1:YS-37B:2-7:0370217:38-1::400.0.-12:7F3A91C2:" + SIGNATURE,
    "M1:YS-37C:3-7:0370217:38-2:0.30:400.50.12.100.50.20260901.20270228:7F3A91C2:" + SIGNATURE,
)
PERMIT = text_bytes(EXAMPLE._replace(kind="permit", pass_number="T1", times_issued="01"))
FOREIGNER = text_bytes(
    EXAMPLE._replace(kind="foreigner", name="SMITH", nation="DEU", number="DEU150070070901")
)
TEXTS = (text_bytes(EXAMPLE), PERMIT, FOREIGNER, text_bytes(EXAMPLE._replace(number="")), bytes(256))
READ_HEAD = bytes.fromhex("01 00 04 00")


class Input(NamedTuple):
    """Bytes, the portions they come in, and whether a whole true piece is among them."""

    data: bytes
    portions: list[bytes]
    true: bool


def made(rng: Random, true_piece: Callable[[Random], bytes], noise: Callable[[Random], bytes]) -> Input:
    """One to four pieces; the first is true in half of the cases."""
    pieces, true = [], False
    for number in range(rng.randint(1, 4)):
        turn = rng.random()
        if turn < (0.5 if number == 0 else 0.3):
            pieces.append(true_piece(rng))
            true = True
        elif turn < 0.75:
            pieces.append(damaged(rng, true_piece(rng)))
        else:
            pieces.append(noise(rng))
    data = b"".join(pieces)
    return Input(data, portions(rng, data), true)


def damaged(rng: Random, data: bytes) -> bytes:
    """One byte changed, lost or added, or the end cut off."""
    at = rng.randrange(len(data))
    return rng.choice(
        (
            data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :],
            data[:at] + data[at + 1 :],
            data[:at] + bytes([rng.randrange(256)]) + data[at:],
            data[:at],
        )
    )


def portions(rng: Random, data: bytes) -> list[bytes]:
    """The data in up to six parts."""
    cuts = sorted({0, len(data), *(rng.randint(0, len(data)) for _ in range(rng.randint(0, 5)))})
    return [data[start:stop] for start, stop in pairwise(cuts)]


def scanned(rng: Random) -> bytes:
    """A code as a serial scanner sends it, its check digit right."""
    end = rng.choice((b"\r", b"\n", b"\r\n"))
    kind = rng.randrange(5)
    if kind == 0:
        digits = f"{rng.randrange(10**12):012}"
        total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
        return f"]E0{digits}{-total % 10}".encode() + end
    if kind == 1:
        return b"]Q1" + rng.choice(CARDS).encode() + end
    if kind == 2:
        return b"]C0" + rng.choice((b"ABC-128", b"SETUPE1", b"x" * 40)) + end
    return rng.choice(CARDS).encode() + end


def scanner_noise(rng: Random) -> bytes:
    """What is no code: any bytes, far too many, or the head of one."""
    kind = rng.randrange(12)
    if kind == 0:
        return b"x" * rng.randint(400, 1200)
    if kind < 4:
        return rng.choice((b"]Q1\r", b"]E4123\r", b"]A0X\n", b"  \r", b"]E0123\r", b"@SETUPE1\r", b"]"))
    return rng.randbytes(rng.randint(1, 40))


def typed(rng: Random) -> bytes:
    """Some keys going down and up, shift among them, ended by Enter; a report behind each."""
    at_s = rng.choice((0.0, 1.5, 1795405320.25))
    parts = []
    for code in (*rng.choices(KEYS, k=rng.randint(1, 6)), ENTER):
        shifted = rng.random() < 0.3
        if shifted:
            parts.append(event(EV_KEY, LEFT_SHIFT, 1, at_s))
        parts.append(event(EV_KEY, code, 1, at_s) + event(EV_SYN, 0, 0, at_s) + event(EV_KEY, code, 0, at_s))
        if shifted:
            parts.append(event(EV_KEY, LEFT_SHIFT, 0, at_s))
    return b"".join(parts)


KEYS = (*PLAIN, CAPS_LOCK, LEFT_CTRL, 59, 15, 96)


def key_noise(rng: Random) -> bytes:
    """Lost events, keys that repeat, other kinds of events, any bytes."""
    kind = rng.randrange(5)
    if kind == 0:
        return event(EV_SYN, SYN_DROPPED, 0, 1.0)
    if kind == 1:
        return event(EV_KEY, rng.choice(KEYS), rng.choice((0, 1, 2, 2, 3, -1)), 1.0)
    if kind == 2:
        return event(rng.randrange(0x30), rng.randrange(0x300), rng.randrange(9), 1.0)
    return rng.randbytes(rng.randint(1, 60))


def replied(rng: Random) -> bytes:
    """A reply of an identity-card reader, its checksum right."""
    if rng.random() < 0.1:
        data = READ_HEAD + rng.choice((*TEXTS, rng.randbytes(256))) + bytes(1024)
        return sdt.reply(sdt.DONE, data)
    return sdt.reply(rng.choice(STATUSES), rng.randbytes(rng.choice((0, 0, 0, 4, 8, 16))))


STATUSES = tuple(sdt.WORDS)


def reply_noise(rng: Random) -> bytes:
    """Parts of preambles, lengths that cannot be, any bytes."""
    kind = rng.randrange(4)
    if kind == 0:
        return sdt.PREAMBLE[: rng.randint(1, 5)]
    if kind == 1:
        return sdt.PREAMBLE + rng.choice((b"\0\0", b"\0\3", b"\xff\xff", b"\x10\1")) + rng.randbytes(3)
    return rng.randbytes(rng.randint(1, 60))


def card_text(rng: Random) -> tuple[str, bool]:
    """The text of a card or slip, and whether it is whole."""
    text = rng.choice(CARDS)
    turn = rng.random()
    if turn < 0.4:
        return text, True
    if turn < 0.9:
        return damaged(rng, text.encode()).decode("utf-8", rng.choice(("replace", "surrogateescape"))), False
    return rng.choice(("P1:", "S1:", "L1:", "M1:", "")) + some_text(rng, 20), False


def some_text(rng: Random, most: int) -> str:
    """Up to that many characters, each possible in what a camera's decoder gives."""
    return "".join(map(chr, rng.choices(range(0x3000), k=rng.randint(0, most))))


def seen_text(rng: Random) -> str:
    """A text as the camera's decoders give it: a card, a scanner's setting, one too long, or anything."""
    kind = rng.randrange(8)
    if kind < 4:
        return rng.choice(CARDS)
    if kind == 4:
        return rng.choice(("@SETUPE1", "NLS0006010;", "^#^", " ", "", "\x00"))
    if kind == 5:
        return rng.choice("x测") * rng.randint(150, 600)
    return some_text(rng, 40)
