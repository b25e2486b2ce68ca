"""Makes what a printer may say from a seed, and says what the well-formed of it means; checks nothing."""

from __future__ import annotations

from random import Random

from drivers.printer.status import (
    BLOCK_MAXIMUM,
    Answer,
    Automatic,
    Cleared,
    Finished,
    Queued,
    RealTime,
    decode_automatic,
    is_real_time,
)

REAL_TIME = [byte for byte in range(256) if is_real_time(byte)]


def valid(rng: Random) -> tuple[bytes, Answer | None]:
    """One well-formed answer and what it means; None for a block of a kind that nobody asked for."""
    kind = rng.randrange(6)
    if kind == 0:
        byte = rng.choice(REAL_TIME)
        return bytes((byte,)), RealTime(byte)
    if kind == 1:
        byte = rng.randrange(16)
        return bytes((byte,)), Queued(byte)
    if kind == 2:
        token = bytes(rng.randrange(0x20, 0x7F) for _ in range(rng.randrange(61)))
        return b"\x37\x22" + token + b"\x00", Finished(token)
    if kind == 3:
        return b"\x37\x25\x00", Cleared()
    if kind == 4:
        return b"\x37" + bytes((rng.randrange(0x26, 0x7F),)) + b"x" * rng.randrange(9) + b"\x00", None
    block = bytes((0x10 | rng.randrange(256) & 0x6C, *(rng.randrange(256) & 0x6F for _ in range(3))))
    return block, Automatic(decode_automatic(block))


def four_answers(rng: Random) -> bytes:
    """Answers to DLE EOT 1 to 4, each well in half of the cases."""
    return bytes(rng.choice((0x12, rng.choice(REAL_TIME))) for _ in range(4))


def said(rng: Random) -> tuple[bytes, list[Answer] | None]:
    """Some bytes from a printer; what they mean where nothing is wrong with them."""
    pieces = [valid(rng) for _ in range(rng.randrange(1, 9))]
    meant = [answer for _, answer in pieces if answer is not None]
    data = bytearray(b"".join(piece for piece, _ in pieces))
    if rng.random() < 0.5:
        return bytes(data), meant
    for _ in range(rng.randrange(1, 6)):
        at = rng.randrange(len(data) + 1)
        how = rng.randrange(4)
        if how == 0:
            data[at:at] = rng.randbytes(rng.randrange(1, 70))
        elif how == 1:
            data[at:at] = b"\x37" * rng.randrange(1, 2 * BLOCK_MAXIMUM)
        elif how == 2:
            del data[at : at + rng.randrange(1, 4)]
        elif at < len(data):
            data[at] ^= 1 << rng.randrange(8)
    return bytes(data), None
