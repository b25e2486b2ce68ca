"""The camera's picture on the screen: mirrored, in one texture, gone when the camera is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.demo.display import virtual_display


@pytest.mark.timeout(90)
def test_pictures_are_mirrored_into_one_texture_and_go_with_the_camera(tmp_path: Path) -> None:
    picture = tmp_path / "frame.png"
    with virtual_display(320, 240) as display:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.kiosk.ui.camera_frame_run", str(picture)],
            env={**os.environ, "DISPLAY": display, "KIVY_NO_ARGS": "1", "KIVY_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    told = json.loads(ran.stdout.splitlines()[-1])
    assert (told["before"], told["shows"], told["late"], told["looks"]) == (False, True, False, False)
    assert (told["hidden"], told["watched"]) == (False, True), "who is not shown does not look"
    assert len(set(told["textures"])) == 1 and len(told["textures"]) == 40
    with Image.open(picture) as shown:
        width, height = shown.size
        corners = [
            shown.getpixel((round(width * x), round(height * y)))[:3]  # type: ignore[index]
            for x, y in ((0.25, 0.25), (0.75, 0.25), (0.5, 0.75))
        ]
    assert corners == [(0, 255, 0), (255, 0, 0), (0, 0, 255)]
