"""Makes assets/goods, icons and sounds from what lies beside this file; run by hand after a change.

    sudo apt-get install librsvg2-bin fonts-noto-cjk
    .venv/bin/python assets/source/render.py

The results are committed, so that a terminal needs no drawing tool.
"""

from __future__ import annotations

import io
import math
import struct
import subprocess
import wave
from pathlib import Path

from PIL import Image

SOURCE = Path(__file__).resolve().parent
ASSETS = SOURCE.parent
GOODS_PX = 512
ICON_PX = 96
RATE_HZ = 22_050


def render(svg: Path, png: Path, size_px: int) -> None:
    drawn = subprocess.run(
        ["rsvg-convert", "--width", str(size_px), "--height", str(size_px), str(svg)],
        capture_output=True,
        check=True,
    ).stdout
    with Image.open(io.BytesIO(drawn)) as image:
        image.save(png, optimize=True)


def sound(path: Path, notes: list[tuple[float, float]], loudness: float) -> None:
    """Plain tones of (Hz, seconds) with soft edges, so that no speaker clicks; 0 Hz is silence."""
    samples: list[int] = []
    for pitch_hz, length_s in notes:
        count = int(length_s * RATE_HZ)
        edge = min(count // 4, RATE_HZ // 125)  # 8 ms
        for i in range(count):
            envelope = min(1.0, i / edge, (count - i) / edge)
            turn = 2 * math.pi * pitch_hz * i / RATE_HZ
            samples.append(
                round(32767 * loudness * envelope * (0.85 * math.sin(turn) + 0.15 * math.sin(2 * turn)))
            )
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))


def main() -> None:
    for kind, size_px in (("goods", GOODS_PX), ("icons", ICON_PX)):
        folder = ASSETS / kind
        folder.mkdir(exist_ok=True)
        for svg in sorted((SOURCE / kind).glob("*.svg")):
            render(svg, folder / f"{svg.stem}.png", size_px)
    sounds = ASSETS / "sounds"
    sounds.mkdir(exist_ok=True)
    sound(sounds / "beep.wav", [(1760, 0.09)], 0.6)  # "嘀": a code was read
    sound(sounds / "done.wav", [(880, 0.09), (1320, 0.16)], 0.5)  # deducted
    sound(sounds / "error.wav", [(392, 0.16), (0, 0.05), (311, 0.26)], 0.6)  # refused


if __name__ == "__main__":
    main()
