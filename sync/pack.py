"""A run of one terminal's entries as few bytes, and exactly the same bytes back; checks no chain.

Hashes, terminal, epoch and sequence numbers do not travel: the receiver knows where the run begins and
recomputes the rest. Entries without a usable shape travel whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from kiosk.ledger.entries import MAX_ENTRY_BYTES
from sync.columns import (
    Column,
    Looked,
    Planes,
    Residues,
    check_tokens,
    read_signed,
    read_tokens,
    read_unsigned,
    write_signed,
    write_tokens,
    write_unsigned,
)
from sync.shapes import LOOKED, SUMMED, Shape, expected, shape_of, split, summable
from sync.squeeze import SqueezeError, expand, squeeze

MAX_ENTRIES = 2_000
MAX_SHAPES = 1_000
MAX_PLAIN_BYTES = 4 << 20  # of the columns before zstd
MAX_ENTRIES_BYTES = 8 << 20  # of all entries of one run

_WHOLE = 0  # shape number of an entry that travels whole


class PackError(ValueError):
    """These bytes are not a packed run of entries."""


class _Known(NamedTuple):
    number: int
    shape: Shape
    columns: list[list[bytes]]
    lookups: list[tuple[int, int, _Lookup]]


class _Packed(msgspec.Struct, array_like=True, frozen=True):
    count: int
    shapes: list[str]
    forms: Planes  # for each entry: 0 whole, else its shape from 1
    columns: list[Column]  # one for each role, in order of first appearance in the shapes
    whole: list[bytes]


_START = re.compile(rb"\[(0|[1-9][0-9]{0,17}),(0|[1-9][0-9]{0,17}),(0|[1-9][0-9]{0,17}),")

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Packed)


def pack(entries: Sequence[bytes]) -> bytes:
    """`entries` (consecutive, of one terminal and epoch, at most `MAX_ENTRIES`) for the wire."""
    assert 0 < len(entries) <= MAX_ENTRIES, "a run holds 1 to MAX_ENTRIES entries"
    writer = _Writer()
    start = _start_of(entries[0])
    for number, entry in enumerate(entries):
        prefix = b"" if start is None else b"[%d,%d,%d," % (start[0], start[1], start[2] + number)
        writer.add(entry, prefix)
    return squeeze(_encoder.encode(writer.packed(len(entries))))


def unpack(data: bytes, terminal: int, epoch: int, first_seq: int) -> list[bytes]:
    """The entries in `data`, byte for byte.

    Raises `PackError` on anything that `pack` does not make; never takes more memory than the maxima.
    """
    try:
        packed = _decoder.decode(expand(data, MAX_PLAIN_BYTES))
        return list(_capped(_read(packed, terminal, epoch, first_seq)))
    except (
        SqueezeError,
        msgspec.MsgspecError,
        ValueError,
        LookupError,
        TypeError,
        OverflowError,
        RuntimeError,
    ) as error:
        raise PackError(f"not a packed run: {type(error).__name__}") from error


def _start_of(entry: bytes) -> tuple[int, int, int] | None:
    found = _START.match(entry)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


class _Writer:
    """Collects columns while entries are added."""

    def __init__(self) -> None:
        self._forms: list[int] = []
        self._whole: list[bytes] = []
        self._shapes: dict[str, _Known | None] = {}
        self._texts: list[str] = []
        self._tokens: dict[str, list[bytes]] = {}
        self._lookups: dict[str, _Lookup] = {}
        self._residues: dict[str, list[int]] = {}

    def add(self, entry: bytes, prefix: bytes) -> None:
        if not (prefix and entry.startswith(prefix) and self._add_shaped(entry[len(prefix) :])):
            self._forms.append(_WHOLE)
            self._whole.append(entry)

    def _add_shaped(self, rest: bytes) -> bool:
        found = split(rest)
        if found is None:
            return False
        text, scalars = found
        known = self._shapes[text] if text in self._shapes else self._learn(text)
        if known is None:
            return False
        number, shape, columns, lookups = known
        if not summable(shape, scalars):
            return False
        self._forms.append(number)
        for leaf, context, lookup in lookups:
            lookup.write(scalars[context], scalars[leaf])
        for rule in shape.sums:
            residue = int(scalars[rule.leaf]) - expected(rule, scalars)
            self._residues[shape.roles[rule.leaf]].append(residue)
        for column, scalar in zip(columns, scalars, strict=True):
            column.append(scalar)
        return True

    def _learn(self, text: str) -> _Known | None:
        try:
            shape = shape_of(text) if len(self._texts) < MAX_SHAPES else None
        except (ValueError, RecursionError):
            shape = None
        if shape is None:
            self._shapes[text] = None
            return None
        self._texts.append(text)
        for role in shape.roles:
            self._tokens.setdefault(role, [])
            if role.startswith(LOOKED):
                self._lookups.setdefault(role, _Lookup())
            elif role.startswith(SUMMED):
                self._residues.setdefault(role, [])
        known = _Known(
            len(self._texts),
            shape,
            [self._tokens[role] for role in shape.roles],
            [(leaf, context, self._lookups[shape.roles[leaf]]) for leaf, context in shape.looked],
        )
        self._shapes[text] = known
        return known

    def packed(self, count: int) -> _Packed:
        columns: list[Column] = []
        for role, tokens in self._tokens.items():
            if role in self._lookups:
                columns.append(self._lookups[role].column())
            elif role in self._residues:
                columns.append(Residues(write_signed(self._residues[role])))
            else:
                columns.append(write_tokens(tokens))
        return _Packed(count, self._texts, write_unsigned(self._forms), columns, self._whole)


class _Lookup:
    """Values that mostly repeat what went with the same context last time."""

    def __init__(self, tokens: Sequence[bytes] = (), places: Sequence[int] = ()) -> None:
        self._last: dict[bytes, bytes] = {}
        self._listed: dict[bytes, int] = {}
        self._places: list[int] = []
        self._tokens = tokens
        self._next: Callable[[], int] = iter(places).__next__

    def write(self, context: bytes, token: bytes) -> None:
        if self._last.get(context) == token:
            self._places.append(0)
            return
        self._last[context] = token
        self._places.append(self._listed.setdefault(token, len(self._listed) + 1))

    def column(self) -> Looked:
        return Looked(list(self._listed), write_unsigned(self._places))

    def read(self, context: bytes) -> bytes:
        place = self._next()
        if place:
            self._last[context] = self._tokens[place - 1]
        return self._last[context]


def _read(packed: _Packed, terminal: int, epoch: int, first_seq: int) -> Iterator[bytes]:
    forms = read_unsigned(packed.forms)
    if not 0 < packed.count == len(forms) <= MAX_ENTRIES or len(packed.shapes) > MAX_SHAPES:
        raise ValueError("wrong count")
    shapes = [shape_of(text) for text in packed.shapes]
    roles = list(dict.fromkeys(role for shape in shapes for role in shape.roles))
    readers, lookups = _readers(dict(zip(roles, packed.columns, strict=True)))
    plans = [
        (
            shape.template,
            [readers[role] for role in shape.roles],
            [(leaf, context, lookups[shape.roles[leaf]]) for leaf, context in shape.looked],
            shape.sums,
        )
        for shape in shapes
    ]
    whole = iter(packed.whole)
    for number, form in enumerate(forms):
        if form == _WHOLE:
            yield next(whole)
            continue
        template, leaves, looked, sums = plans[form - 1]
        scalars = list(map(next, leaves))
        for leaf, context, lookup in looked:
            scalars[leaf] = lookup.read(scalars[context])
        for rule in sums:
            scalars[rule.leaf] = b"%d" % (int(scalars[rule.leaf]) + expected(rule, scalars))
        yield b"[%d,%d,%d,%b" % (terminal, epoch, first_seq + number, template % tuple(scalars))


def _readers(columns: dict[str, Column]) -> tuple[dict[str, Iterator[bytes]], dict[str, _Lookup]]:
    readers: dict[str, Iterator[bytes]] = {}
    lookups: dict[str, _Lookup] = {}
    for role, column in columns.items():
        check_tokens(column)
        if role.startswith(LOOKED) and isinstance(column, Looked):
            lookups[role] = _Lookup(column.tokens, read_unsigned(column.places))
            readers[role] = itertools.repeat(b"")
        elif role.startswith(SUMMED) and isinstance(column, Residues):
            readers[role] = (b"%d" % value for value in read_signed(column.values))
        else:
            readers[role] = read_tokens(column)
    return readers, lookups


def _capped(entries: Iterator[bytes]) -> Iterator[bytes]:
    left = MAX_ENTRIES_BYTES
    for entry in entries:
        left -= len(entry)
        if len(entry) > MAX_ENTRY_BYTES or left < 0:
            raise ValueError("too large")
        yield entry
