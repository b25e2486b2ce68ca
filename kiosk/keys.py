"""Signatures, digests and key files; knows nothing of what is signed.

Ed25519 (RFC 8032) for signatures, HMAC-SHA-256 (RFC 2104) for identity digests.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import unicodedata
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SIGNATURE_BYTES = 64


class SigningKey:
    """A private Ed25519 key kept in one file of its own."""

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, data: bytes) -> bytes:
        """64 signature bytes over `data`; the same for the same input."""
        return self._key.sign(data)

    @classmethod
    def load(cls, path: Path) -> SigningKey:
        """The key in `path`. Raises `OSError` where there is none and `ValueError` when it is no key."""
        return cls(path.read_bytes())

    @classmethod
    def load_or_make(cls, path: Path) -> SigningKey:
        """The key in `path`; a new one (file mode 0600) where there is none: only for enrolment."""
        if not path.exists():
            write_private(path, os.urandom(32))
        return cls.load(path)


def verify(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is `public`'s over `data`; malformed keys and signatures are simply false."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_text(public: bytes, signature: str, data: bytes) -> bool:
    """`verify` for a signature in base32. Only the one spelling `to_base32` gives counts: the last of its
    characters has bits to spare, and a changed character must never pass."""
    try:
        raw = from_base32(signature)
    except ValueError:
        return False
    return to_base32(raw) == signature and verify(public, raw, data)


def identity_digest(centre_key: bytes, number: str) -> str:
    """What stands for an identity number in our books: 64 hex digits, useless without the centre's key."""
    return hmac.new(centre_key, number.strip().upper().encode(), hashlib.sha256).hexdigest()


def name_digest(centre_key: bytes, name: str) -> str:
    """What stands for a person's name where the same name must be known again: 32 hex digits of HMAC-SHA-256,
    useless without the centre's key. Spaces don't count (Unicode NFKC)."""
    plain = "".join(unicodedata.normalize("NFKC", name).split()).lower()
    return hmac.new(centre_key, b"name:" + plain.encode(), hashlib.sha256).hexdigest()[:32]


def to_base32(data: bytes) -> str:
    """Upper-case base32 without padding: fits the QR alphanumeric alphabet and no scanner trims it."""
    return base64.b32encode(data).decode().rstrip("=")


def from_base32(text: str) -> bytes:
    """The bytes of `to_base32`; raises `ValueError` on anything else."""
    return base64.b32decode(text + "=" * (-len(text) % 8))


def fingerprint(public: bytes) -> str:
    """16 hex digits a person can compare."""
    return hashlib.sha256(public).hexdigest()[:16]


def write_private(path: Path, data: bytes) -> None:
    """Write `data` whole or not at all, readable by this user only, and there after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    with open(draft, "wb", opener=_private) as file:  # the mode is set as it is made
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make what was created or renamed in `folder` survive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
