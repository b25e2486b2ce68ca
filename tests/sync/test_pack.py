"""Whatever a terminal wrote comes back byte for byte, small, and nonsense is called nonsense."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.ledger.entries import Entry, encode
from sync import pack as packing
from sync.pack import PackError, pack, unpack
from sync.squeeze import expand, squeeze
from tests.depth import often
from tests.sync.samples import journal

whole = st.integers(min_value=-(10**30), max_value=10**30)
scalars = st.none() | st.booleans() | whole | st.text(max_size=12)
bodies = st.dictionaries(
    st.text(max_size=6),
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
        max_leaves=12,
    ),
    max_size=5,
)
counts = st.integers(min_value=0, max_value=50) | whole
codes = st.sampled_from(["rice5", "oil5", "", 'å—\0"\\', "7", "-0"])
redeem_like = st.fixed_dictionaries(
    {
        "hh": codes,
        "charge": counts,
        "from": st.lists(st.tuples(codes, counts), max_size=3),
        "lines": st.lists(
            st.tuples(codes, counts, counts, st.lists(st.tuples(codes, counts), max_size=2)), max_size=3
        ),
        "slip": counts,
        "req": st.integers(min_value=0, max_value=10**20).map(str) | st.text(max_size=5),
        "how": codes,
    },
    optional={"more": scalars},
)
kinds = st.sampled_from(["redeem", "earn", "deduct", "clock", "%b%%", 'odd\0"kind'])


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[bytes], int, int, int]:
    terminal, epoch, first = (draw(st.integers(min_value=0, max_value=10**17)) for _ in range(3))
    entries = draw(
        st.lists(
            st.builds(
                Entry,
                terminal=st.just(terminal),
                epoch=st.just(epoch),
                seq=st.just(0),
                day=st.text(max_size=10),
                at_ms=whole,
                kind=kinds,
                version=whole,
                actor=codes,
                second=codes,
                body=bodies | redeem_like,
            ),
            min_size=1,
            max_size=12,
        )
    )
    return (
        [encode(entry._replace(seq=first + index)) for index, entry in enumerate(entries)],
        terminal,
        epoch,
        first,
    )


@settings(max_examples=often(150, 1000), deadline=None)
@given(runs())
def test_any_canonical_entries_come_back_byte_for_byte(run: tuple[list[bytes], int, int, int]) -> None:
    entries, terminal, epoch, first = run
    assert unpack(pack(entries), terminal, epoch, first) == entries


@settings(max_examples=often(150, 1000), deadline=None)
@given(
    st.lists(
        st.binary(max_size=60) | st.from_regex(rb"\[1,1,[0-9],.*", fullmatch=True), min_size=1, max_size=6
    )
)
@example([b'[1,1,1,007,-0,1.5,"x":{}]'])
@example([b"[1,1,1,\xff\x00]"])
def test_even_bytes_that_are_no_entries_come_back(lines: list[bytes]) -> None:
    assert unpack(pack(lines), 1, 1, 1) == lines


def test_a_real_run_is_small() -> None:
    entries = journal(10_000)
    size = 0
    for start in range(0, len(entries), 2_000):
        run = entries[start : start + 2_000]
        data = pack(run)
        assert unpack(data, 37, 1, start + 1) == run
        size += len(data)
    assert size / len(entries) < 12


def test_the_same_entries_give_the_same_bytes() -> None:
    assert pack(journal(500)) == pack(journal(500))


@pytest.mark.parametrize(
    "data", [b"", b"<html>404</html>", b"\x28\xb5\x2f\xfd", bytes(5_000), squeeze(b"\x95")]
)
def test_nonsense_is_refused(data: bytes) -> None:
    with pytest.raises(PackError):
        unpack(data, 37, 1, 1)


def test_every_damaged_byte_is_refused_or_gives_other_entries() -> None:
    entries = journal(40)
    data = pack(entries)
    for place in range(len(data)):
        damaged = data[:place] + bytes([data[place] ^ 0x41]) + data[place + 1 :]
        try:
            unpack(damaged, 37, 1, 1)
        except PackError:
            continue


def test_damage_inside_the_frame_never_gets_out_as_another_error() -> None:
    plain = expand(pack(journal(60)), packing.MAX_PLAIN_BYTES)
    rnd = random.Random(7)
    for _ in range(3_000):
        damaged = bytearray(plain)
        for _ in range(rnd.randint(1, 3)):
            damaged[rnd.randrange(len(damaged))] = rnd.randrange(256)
        try:
            unpack(squeeze(bytes(damaged)), 37, 1, 1)
        except PackError:
            continue


def test_a_bomb_is_refused_within_the_cap() -> None:
    with pytest.raises(PackError):
        unpack(squeeze(bytes(200_000_000)), 37, 1, 1)


def test_a_token_repeated_without_end_is_refused() -> None:
    entries = [encode(Entry(1, 1, seq, "d", 1, "k", 1, "a", "b", {"x": ["y", seq]})) for seq in (1, 2)]
    packed: list[Any] = msgspec.msgpack.decode(expand(pack(entries), packing.MAX_PLAIN_BYTES))
    packed[3] = [[0, b'"' + b"z" * 100_000 + b'"'] if column[0] == 0 else column for column in packed[3]]
    with pytest.raises(PackError):
        unpack(squeeze(msgspec.msgpack.encode(packed)), 1, 1, 1)
