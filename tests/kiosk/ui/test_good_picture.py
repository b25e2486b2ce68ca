"""Pictures of goods: a centre's own photo first, then the drawn one, then letters; no file breaks a page."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image

from kiosk.demo.display import virtual_display


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "goods"
    folder.mkdir()
    Image.new("RGB", (3000, 1500), (200, 30, 30)).save(folder / "soap.JPG", "JPEG")
    (folder / "oil5.png").write_bytes(b"\x89PNG\r\n\x1a\n broken")
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 6, 0, 0, 0)
    bomb = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    (folder / "mop.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bomb)
    (folder / "notes.txt").write_text("no photo")
    return folder


@pytest.mark.timeout(90)
def test_photo_drawing_or_letters(photos: Path, tmp_path: Path) -> None:
    picture = tmp_path / "goods.png"
    with virtual_display(400, 120) as display:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.kiosk.ui.good_picture_run", str(photos), str(picture)],
            env={
                **os.environ,
                "DISPLAY": display,
                "KIVY_NO_ARGS": "1",
                "KIVY_IMAGE": "sdl2",
                "KIVY_HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    rice, soap, oil, mop = json.loads(ran.stdout.splitlines()[-1])
    assert (rice["size"], rice["letters"]) == ([512, 512], ""), "the drawn one"
    assert (soap["size"], soap["letters"]) == ([512, 256], ""), "the photo, made small"
    assert (oil, mop) == ({"size": None, "letters": "豆油"}, {"size": None, "letters": "拖把"})
    assert "oil5.png cannot be shown" in ran.stderr and "mop.png cannot be shown" in ran.stderr
    with Image.open(picture) as shown:
        red, green, blue = shown.convert("RGB").getpixel((150, 60))  # type: ignore[misc]
        placeholder = shown.convert("RGBA").crop((200, 0, 300, 120)).getcolors(20_000)
    assert red > 180 and green < 60 and blue < 60
    assert placeholder is not None and len(placeholder) > 1, "letters and parcel are drawn"
