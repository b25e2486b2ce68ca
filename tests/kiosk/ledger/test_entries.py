"""Entries: one canonical byte form, round trip, chain; anything else is refused."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import kiosk.ledger
from kiosk.ledger.entries import (
    GENESIS,
    MAX_ENTRY_BYTES,
    BadEntryError,
    Entry,
    check_code,
    decode,
    decode_own,
    encode,
    entry_id,
    link,
)

ENTRY = Entry(37, 1, 284, "2026-11-23", 1_795_400_000_000, "earn", 1, "M037A", "", {"b": 2, "a": "张"})

bodies = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=12,
)
entries = st.builds(
    Entry,
    terminal=st.integers(0, 9999),
    epoch=st.integers(1, 99),
    seq=st.integers(1, 10**9),
    day=st.dates().map(str),
    at_ms=st.integers(-(10**15), 10**15),
    kind=st.text(max_size=12),
    version=st.integers(1, 9),
    actor=st.text(max_size=8),
    second=st.text(max_size=8),
    body=st.dictionaries(st.text(max_size=6), bodies, max_size=5),
)


def test_canonical_bytes_are_compact_sorted_ascii() -> None:
    expected = b'[37,1,284,"2026-11-23",1795400000000,"earn",1,"M037A","",{"a":"\\u5f20","b":2}]'
    assert encode(ENTRY) == expected


@given(entries)
@example(ENTRY._replace(body={"del": "\x7f", "big": 2**70, "half": "\ud800", "low": '\x01\n"\\'}))
def test_canonical_bytes_are_those_of_any_json_tool(entry: Entry) -> None:
    assert encode(entry) == json.dumps(entry, sort_keys=True, separators=(",", ":")).encode()


@given(entries)
def test_decode_gives_back_what_was_encoded(entry: Entry) -> None:
    data = encode(entry)
    assert decode(data) == entry
    assert decode_own(data) == entry
    assert data.isascii()


@given(entries, st.data())
def test_any_other_spelling_is_not_canonical(entry: Entry, data: st.DataObject) -> None:
    canonical = encode(entry)
    at = data.draw(st.integers(0, len(canonical)))
    spaced = canonical[:at] + b" " + canonical[at:]
    try:
        found = decode(spaced)
    except BadEntryError:
        return
    assert found != entry  # the blank fell into a text: another entry, which is canonical itself
    assert encode(found) == spaced


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_happens(data: bytes) -> None:
    with pytest.raises(BadEntryError):
        decode(data)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        '[37,1,1,"d",0,"earn",1,"",""]',
        '[37,1,1,"d",0,"earn",1,"","",[]]',
        '[37,1,1,"d",0,"earn",1,"",7,{}]',
        '[37,1,1,"d",0,"earn",1,"","",{},{}]',
        '[37.0,1,1,"d",0,"earn",1,"","",{}]',
        '[37,1,1,"d",0,"earn",1,"","",{"a":1.5}]',
        '[37,1,1,"d",0,"earn",1,"","",{"a":NaN}]',
        '[37,1,true,"d",0,"earn",1,"","",{}]',
        '[37,1,1,"d",0,"earn",1,"","",{"b":1,"a":1}]',
        '[37,1,1,"d",0,"earn",1,"","",{"a":1,"a":1}]',
        '[37,1,1,"张",0,"earn",1,"","",{}]',
    ],
)
def test_wrong_forms_are_refused(text: str) -> None:
    with pytest.raises(BadEntryError):
        decode(text.encode())


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(BadEntryError):
        decode(b"[" * 10_000)


def test_an_entry_is_bounded() -> None:
    big = ENTRY._replace(body={"a": "x" * MAX_ENTRY_BYTES})
    with pytest.raises(BadEntryError):
        decode(encode(big))


@given(st.lists(entries, min_size=2, max_size=5), st.data())
def test_one_changed_byte_changes_every_later_hash(chain: list[Entry], data: st.DataObject) -> None:
    stored = [encode(entry) for entry in chain]
    place = data.draw(st.integers(0, len(stored) - 1))
    at = data.draw(st.integers(0, len(stored[place]) - 1))
    changed = list(stored)
    changed[place] = stored[place][:at] + bytes([stored[place][at] ^ 1]) + stored[place][at + 1 :]
    before, after = _hashes(stored), _hashes(changed)
    assert before[:place] == after[:place]
    assert all(one != other for one, other in zip(before[place:], after[place:], strict=True))


def test_names_people_read() -> None:
    assert check_code(bytes.fromhex("7f3a91c2") + bytes(28)) == "7F3A-91C2"
    assert entry_id(1, 284) == "1-284"


def test_the_ledger_imports_the_standard_library_only() -> None:
    import ast

    folder = Path(kiosk.ledger.__file__).parent
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                root = name.partition(".")[0]
                assert root in sys.stdlib_module_names or name.startswith("kiosk.ledger"), (path.name, name)


def _hashes(stored: list[bytes]) -> list[bytes]:
    previous, found = GENESIS, []
    for data in stored:
        previous = link(previous, data)
        found.append(previous)
    return found


def test_bytes_are_json_anybody_can_read() -> None:
    fields: list[Any] = json.loads(encode(ENTRY))
    assert fields[:3] == [37, 1, 284]
    assert fields[-1] == {"a": "张", "b": 2}
