"""Compression with a cap on what comes out; knows nothing of what is compressed."""

from __future__ import annotations

import io

import zstandard

LEVEL = 3
MAX_WINDOW_BYTES = 1 << 23  # zstd level 3 never asks for more


class SqueezeError(ValueError):
    """These bytes are not a compressed message, or it is larger than the receiver takes."""


def squeeze(data: bytes) -> bytes:
    """`data` as one zstd frame (RFC 8878); the same for the same input and library."""
    return zstandard.ZstdCompressor(level=LEVEL, write_content_size=False).compress(data)


def expand(data: bytes, most_bytes: int) -> bytes:
    """What was squeezed. Raises `SqueezeError` on anything else and beyond `most_bytes`.

    The cap holds whatever the frame claims about its size: a bomb costs `most_bytes` of memory at most.
    """
    reader = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW_BYTES).stream_reader(io.BytesIO(data))
    try:
        plain = reader.read(most_bytes + 1)
        complete = len(plain) <= most_bytes and not reader.read(1)
    except zstandard.ZstdError as error:
        raise SqueezeError(f"not a zstd frame: {error}") from None
    if not complete:
        raise SqueezeError(f"larger than {most_bytes} bytes")
    return plain
