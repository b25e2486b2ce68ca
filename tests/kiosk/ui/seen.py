"""What a camera that works sees: a written sheet on a table, never twice the same."""

from __future__ import annotations

import time

from PIL import Image, ImageDraw

from drivers.scanner.window import Preview

WIDTH, HEIGHT = 256, 192


def look() -> Preview:
    """The next picture: the table's tone tells one from another."""
    serial = int(time.monotonic() * 10)
    tone = serial % 40
    sheet = Image.new("RGB", (WIDTH, HEIGHT), (120 + tone, 88 + tone, 60 + tone))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((48, 10, 208, 182), fill=(250, 248, 242))
    draw.rectangle((92, 22, 164, 30), fill=(60, 60, 70))
    for row in range(7):
        top = 46 + 18 * row
        draw.rectangle((62, top, 62 + 60 + 11 * (row * 5 % 4), top + 5), fill=(90, 90, 110))
        draw.rectangle((168, top, 192, top + 5), fill=(90, 90, 110))
    draw.ellipse((158, 148, 194, 178), outline=(190, 40, 36), width=3)
    return Preview(bytearray(sheet.tobytes()), WIDTH, HEIGHT, serial)
