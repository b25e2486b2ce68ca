"""Keys: signatures in one spelling only, digests that tell nothing, key files for one user."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.keys import (
    SigningKey,
    fingerprint,
    from_base32,
    identity_digest,
    name_digest,
    to_base32,
    verify,
    verify_text,
)

KEY = SigningKey(bytes(range(32)))


def test_the_published_vector() -> None:
    """RFC 8032, section 7.1, test 1: the empty message."""
    key = SigningKey(bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"))
    assert key.public.hex() == "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    assert key.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065")


@given(st.binary(max_size=100), st.integers(0, 63), st.integers(1, 255))
def test_a_changed_signature_is_none(data: bytes, at: int, change: int) -> None:
    signature = KEY.sign(data)
    assert verify(KEY.public, signature, data)
    assert not verify(KEY.public, signature, data + b"x")
    changed = signature[:at] + bytes([signature[at] ^ change]) + signature[at + 1 :]
    assert not verify(KEY.public, changed, data)


def test_only_one_spelling_counts() -> None:
    text = to_base32(KEY.sign(b"data"))
    assert verify_text(KEY.public, text, b"data")
    others = [text[:-1] + letter for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" if letter != text[-1]]
    assert any(from_base32(other) == from_base32(text) for other in others)  # the spare bits are real
    for other in (*others, text.lower(), text + "=", text[:-1], "", "!" * 103):
        assert not verify_text(KEY.public, other, b"data")


@pytest.mark.parametrize("public", [b"", b"x" * 31, b"x" * 33, b"\xff" * 32])
def test_a_malformed_key_verifies_nothing(public: bytes) -> None:
    assert not verify(public, KEY.sign(b"data"), b"data")


@given(st.binary(max_size=80))
def test_base32_round_trip(data: bytes) -> None:
    text = to_base32(data)
    assert from_base32(text) == data
    assert "=" not in text


def test_digests_need_the_centres_key() -> None:
    number = "34052419800101001X"
    one, other = identity_digest(b"a" * 32, number), identity_digest(b"b" * 32, number)
    assert one != other
    assert one == identity_digest(b"a" * 32, f" {number.lower()}\n")
    assert number not in one


def test_the_key_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "terminal.key"
    made = SigningKey.load_or_make(path)
    assert SigningKey.load_or_make(path).public == made.public
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert SigningKey.load_or_make(tmp_path / "other.key").public != made.public


def test_a_fingerprint_people_can_compare() -> None:
    assert len(fingerprint(KEY.public)) == 16


def test_a_name_is_known_again_however_it_is_spaced() -> None:
    key, other = bytes(32), bytes([1]) * 32
    assert name_digest(key, "王小五") == name_digest(key, " 王　小五\n")
    assert name_digest(key, "Ｂａtu") == name_digest(key, "batu")
    assert len({name_digest(key, "王小五"), name_digest(key, "王小六"), name_digest(other, "王小五")}) == 3
    assert identity_digest(key, "王小五")[:32] != name_digest(key, "王小五")
