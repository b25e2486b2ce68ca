"""One column of a batch as few bytes: constants, dictionaries, deltas, counters; knows no entry kinds.

Tokens are JSON scalars as text (`"rice5"`, `-20`). Numbers travel as byte planes (all lowest bytes, then
all next ones …): the planes that hold only zeros cost nothing after zstd.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence

import msgspec

MAX_TOKEN_BYTES = 16_384

_INTS = re.compile(rb"(?:0|-?[1-9][0-9]{0,17})(?:,(?:0|-?[1-9][0-9]{0,17}))*")
_COUNTER = re.compile(rb'"(?:[^"\\]*[^"\\0-9])?(0|[1-9][0-9]{0,17})"')


class Planes(msgspec.Struct, array_like=True, frozen=True):
    """Unsigned 64-bit numbers, `width` bytes each, lowest bytes of all first."""

    width: int
    data: bytes


class Constant(msgspec.Struct, array_like=True, frozen=True, tag=0):
    """The same token throughout."""

    token: bytes


class Listed(msgspec.Struct, array_like=True, frozen=True, tag=1):
    """Tokens by their place in a sorted list."""

    tokens: list[bytes]
    places: Planes


class Numbers(msgspec.Struct, array_like=True, frozen=True, tag=2):
    """Integers."""

    values: Planes


class Steps(msgspec.Struct, array_like=True, frozen=True, tag=3):
    """Integers as the step from the one before; `before` and `after` stand around each number's text."""

    before: bytes
    after: bytes
    steps: Planes


class Looked(msgspec.Struct, array_like=True, frozen=True, tag=4):
    """0: the token that went with the same context last time; else the place in the list, from 1."""

    tokens: list[bytes]
    places: Planes


class Residues(msgspec.Struct, array_like=True, frozen=True, tag=5):
    """How far each number is off what the rest of its entry says it should be."""

    values: Planes


Column = Constant | Listed | Numbers | Steps | Looked | Residues


def all_ints(tokens: Sequence[bytes]) -> bool:
    """Whether every token is an integer of at most 18 digits that `str(int(…))` gives back."""
    return _INTS.fullmatch(b",".join(tokens)) is not None


def check_tokens(column: Column) -> None:
    """Raises `ValueError` when a token is larger than any entry: repeated, it would fill the memory."""
    match column:
        case Constant(token):
            largest = len(token)
        case Listed(tokens, _) | Looked(tokens, _):
            largest = max(map(len, tokens), default=0)
        case Steps(before, after, _):
            largest = len(before) + len(after)
        case _:
            largest = 0
    if largest > MAX_TOKEN_BYTES:
        raise ValueError("token too large")


def write_tokens(tokens: Sequence[bytes]) -> Column:
    """The cheapest column for `tokens` (at least one)."""
    distinct = set(tokens)
    if len(distinct) == 1:
        return Constant(tokens[0])
    if all_ints(tokens):
        return _write_ints([int(token) for token in tokens], len(distinct))
    counter = _write_counter(tokens) if len(distinct) * 2 > len(tokens) else None
    if counter is not None:
        return counter
    listed = sorted(distinct)
    place = {token: index for index, token in enumerate(listed)}
    return Listed(listed, write_unsigned([place[token] for token in tokens]))


def read_tokens(column: Column) -> Iterator[bytes]:
    """The tokens of a column that `write_tokens` made; raises `ValueError` or `IndexError` on nonsense."""
    match column:
        case Constant(token):
            while True:  # as many as the shapes ask for
                yield token
        case Listed(tokens, places):
            for place in read_unsigned(places):
                yield tokens[place]
        case Numbers(values):
            for value in read_signed(values):
                yield b"%d" % value
        case Steps(before, after, steps):
            value = 0
            for step in read_signed(steps):
                value += step
                yield b"%b%d%b" % (before, value, after)
        case _:
            raise ValueError("not a column of tokens")


def write_unsigned(values: Sequence[int]) -> Planes:
    """`values` (0 … 2^64-1) in the fewest planes that hold the largest."""
    width = max(1, (max(values, default=0).bit_length() + 7) // 8)
    if width == 1:
        return Planes(1, bytes(values))
    packed = _little(array("Q", values)).tobytes()
    return Planes(width, b"".join(packed[plane::8] for plane in range(width)))


def read_unsigned(planes: Planes) -> Sequence[int]:
    """The numbers in `planes`; raises `ValueError` when they are cut."""
    width, data = planes.width, planes.data
    if width == 1:
        return data
    if not 1 < width <= 8 or len(data) % width:
        raise ValueError("cut planes")
    count = len(data) // width
    packed = bytearray(count * 8)
    for plane in range(width):
        packed[plane::8] = data[plane * count : (plane + 1) * count]
    return _little(array("Q", bytes(packed)))


def write_signed(values: Iterable[int]) -> Planes:
    """Signed numbers of at most 63 bits: small ones of either sign stay small (zigzag)."""
    return write_unsigned([(value << 1) ^ (value >> 63) for value in values])


def read_signed(planes: Planes) -> Iterator[int]:
    """The numbers of `write_signed`."""
    return ((value >> 1) ^ -(value & 1) for value in read_unsigned(planes))


def _write_ints(values: list[int], distinct: int) -> Column:
    steps = [after - before for before, after in zip([0, *values], values, strict=False)]
    # A few values in any order are cheaper as they are; clocks and counters as steps.
    if distinct < 256 and distinct * 4 < len(values):
        return Numbers(write_signed(values))
    if sum(map(abs, steps[1:])) < sum(map(abs, values[1:])):
        return Steps(b"", b"", write_signed(steps))
    return Numbers(write_signed(values))


def _write_counter(tokens: Sequence[bytes]) -> Steps | None:
    found = _COUNTER.fullmatch(tokens[0])
    if found is None:
        return None
    before = tokens[0][: found.start(1)]
    numbers = [token[len(before) : -1] for token in tokens]
    if not all_ints(numbers) or any(
        token != b'%b%b"' % (before, number) for token, number in zip(tokens, numbers, strict=True)
    ):
        return None
    column = _write_ints([int(number) for number in numbers], len(tokens))
    return Steps(before, b'"', column.steps) if isinstance(column, Steps) else None


def _little(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values
