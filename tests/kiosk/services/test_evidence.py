"""Photographs are made small and lose what the camera adds; what is no picture is refused."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from kiosk.ledger.refusals import Refused
from kiosk.services import evidence
from kiosk.store import side


def _picture(width: int, height: int, form: str = "JPEG", **options: object) -> bytes:
    noise = np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)
    written = io.BytesIO()
    Image.fromarray(noise).save(written, form, **options)
    return written.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_large_picture_is_made_small(form: str) -> None:
    data = _picture(1700, 1300, form)
    assert len(data) > 10 * side.MOST_BYTES or form == "JPEG"
    made = evidence.photo(data)
    assert made.kind == "photo"
    assert len(made.data) <= side.MOST_BYTES
    with Image.open(io.BytesIO(made.data)) as read:
        assert (read.format, max(read.size) <= 1600) == ("JPEG", True)


def test_place_and_owner_are_left_out_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x013B] = "张大山"
    made = evidence.photo(_picture(80, 40, exif=exif))
    with Image.open(io.BytesIO(made.data)) as read:
        assert read.size == (40, 80)
        assert not read.getexif()
    assert "张大山".encode() not in made.data


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff\xe0 no picture", _picture(60, 60)[:400]])
def test_no_picture(data: bytes) -> None:
    with pytest.raises(Refused) as no:
        evidence.photo(data)
    assert no.value.code == "photo-unreadable"


def test_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as no:
        evidence.photo(bytes(evidence.MOST_READ_BYTES + 1))
    assert no.value.code == "too-large"
    monkeypatch.setattr(evidence, "MOST_PIXELS", 100)
    with pytest.raises(Refused) as no:
        evidence.photo(_picture(20, 20))
    assert no.value.code == "too-large"


def test_notes() -> None:
    assert evidence.note(" 看见了 ").data.decode() == "看见了"
    for text, code in (("  ", "note-empty"), ("长" * 700, "note-long")):
        with pytest.raises(Refused) as no:
            evidence.note(text)
        assert no.value.code == code
