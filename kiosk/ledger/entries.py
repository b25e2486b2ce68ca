"""One line of the journal: its canonical bytes and its place in the hash chain; not what it means.

Canonical bytes are a compact JSON array in ASCII with sorted keys and no floats, so that the same
entry has the same bytes on every machine and an inspector can read them with any tool:
`[terminal,epoch,seq,"day",at_ms,"kind",version,"actor","second",{body}]`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, NamedTuple

GENESIS = bytes(32)  # what the first entry of an epoch is chained to
MAX_ENTRY_BYTES = 16_384
_FIELDS = 10
_JSON = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, check_circular=False)


class BadEntryError(ValueError):
    """These bytes are not a canonical entry."""


class Entry(NamedTuple):
    """One line of the journal. Ids, codes and hashes only: no names, no notes."""

    terminal: int
    epoch: int
    seq: int  # from 1, without gap, per terminal and epoch
    day: str  # business day
    at_ms: int  # wall clock, never used for order
    kind: str
    version: int
    actor: str  # staff id, "" for the terminal itself
    second: str  # second person, "" for none
    body: Mapping[str, Any]


def encode(entry: Entry) -> bytes:
    """The canonical bytes of `entry`."""
    return _JSON.encode(entry).encode("ascii")


def decode(data: bytes) -> Entry:
    """The entry in `data`. Raises `BadEntryError` unless `data` is exactly what `encode` gives."""
    entry = decode_own(data)
    if len(data) > MAX_ENTRY_BYTES or encode(entry) != data:
        raise BadEntryError("not canonical")
    return entry


def decode_own(data: bytes) -> Entry:
    """`decode` without the canonical check, for bytes that this program wrote and the chain protects."""
    try:
        fields = json.loads(data, parse_float=_no_float, parse_constant=_no_float)
    except (ValueError, RecursionError) as error:
        raise BadEntryError(f"not JSON: {type(error).__name__}") from None
    if not isinstance(fields, list) or len(fields) != _FIELDS:
        raise BadEntryError("not ten fields")
    entry = Entry(*fields)
    if not _typed(entry):
        raise BadEntryError("wrong types")
    return entry


def at_ms_of(data: bytes) -> int:
    """The wall clock of an entry that this program wrote: its fifth field."""
    return int(data.split(b",", 5)[4])


def terminal_of(data: bytes) -> int:
    """Who wrote an entry that is in a journal: its first field."""
    return int(data[1 : data.index(b",")])


def link(previous: bytes, data: bytes) -> bytes:
    """The 32-byte hash of an entry: SHA-256 over the previous entry's hash and its bytes."""
    return hashlib.sha256(previous + data).digest()


def check_code(entry_hash: bytes) -> str:
    """What a slip shows of an entry's hash: `7F3A-91C2`."""
    text = entry_hash[:4].hex().upper()
    return f"{text[:4]}-{text[4:]}"


def entry_id(epoch: int, seq: int) -> str:
    """How people and commands name an entry of one terminal: `1-284`."""
    return f"{epoch}-{seq}"


def place_of(name: str) -> tuple[int, int]:
    """Epoch and seq of a name made by `entry_id`; not for what people type."""
    epoch, _, seq = name.partition("-")
    return int(epoch), int(seq)


def _no_float(text: str) -> Any:
    raise ValueError(f"not an integer: {text}")


def _typed(entry: Entry) -> bool:
    numbers = (entry.terminal, entry.epoch, entry.seq, entry.at_ms, entry.version)
    texts = (entry.day, entry.kind, entry.actor, entry.second)
    return (
        all(type(number) is int for number in numbers)
        and all(isinstance(text, str) for text in texts)
        and isinstance(entry.body, dict)
    )
