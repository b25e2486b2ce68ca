"""Proof of a deed: photographs made small enough to keep, and notes; kept beside the chain, not in it."""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from kiosk.ledger.refusals import Refused
from kiosk.ledger.rules import NOTE, PHOTO
from kiosk.store import side

MOST_PIECES = 3  # of evidence for one entry
MOST_READ_BYTES = 20_000_000  # of a picture as it comes from a camera
MOST_PIXELS = 50_000_000
MOST_NOTE_BYTES = 2_000
_LONG_SIDES = (1600, 1200, 900, 640)  # dots, tried in this order
_QUALITIES = (80, 65, 50)


class Evidence(NamedTuple):
    """One piece, ready to be kept."""

    kind: str  # note, photo
    data: bytes


def photo(data: bytes) -> Evidence:
    """The picture in `data` as a JPEG of at most `side.MOST_BYTES`, upright, without what a camera adds
    about place and owner.

    Raises `Refused`: `photo-unreadable`, `too-large` (most=).
    """
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MOST_READ_BYTES:
        raise Refused("too-large", most=MOST_READ_BYTES // 1000)
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Refused("too-large", most=MOST_READ_BYTES // 1000)
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Refused("photo-unreadable") from None
    for long_side in _LONG_SIDES:
        upright.thumbnail((long_side, long_side))
        for quality in _QUALITIES:
            written = io.BytesIO()
            upright.save(written, "JPEG", quality=quality, optimize=True)
            if written.tell() <= side.MOST_BYTES:
                return Evidence(PHOTO, written.getvalue())
    raise Refused("too-large", most=side.MOST_BYTES // 1000)


def note(text: str) -> Evidence:
    """A few written words. Raises `Refused`: `note-empty`, `note-long`."""
    data = text.strip().encode()
    if not data:
        raise Refused("note-empty")
    if len(data) > MOST_NOTE_BYTES:
        raise Refused("note-long")
    return Evidence(NOTE, data)


def require(needed: str, kinds: Collection[str]) -> None:
    """Whether pieces of `kinds` are the proof a rule needs. Raises `Refused`: `evidence-needed`,
    `photo-needed`."""
    if needed == NOTE and not kinds:
        raise Refused("evidence-needed")
    if needed == PHOTO and PHOTO not in kinds:
        raise Refused("photo-needed")


def keep(conn: Connection, household: str, day: str, given: Sequence[Evidence]) -> dict[str, list[str]]:
    """Keep the pieces beside the chain; what the entry's body carries of them. `household` "": nobody's.

    Raises `Refused("evidence-many")` (most=).
    """
    if len(given) > MOST_PIECES:
        raise Refused("evidence-many", most=MOST_PIECES)
    refs = [side.put(conn, piece.kind, household, day, piece.data) for piece in given]
    return {"ev": refs} if refs else {}
