"""Draws the picture of the attract page (a card in the camera's frame); run by hand, its output is committed.

python -m kiosk.ui.pictures.make
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

SIDE = 620
OVER = 3  # drawn larger, then reduced: smooth edges


def camera() -> Image.Image:
    """The dark frame with gold corners and a tilted card, soft shadow included."""
    side, room = SIDE * OVER, 60 * OVER
    whole = side + 2 * room
    shadow = Image.new("RGBA", (whole, whole), (0, 0, 0, 0))
    ImageDraw.Draw(shadow).rounded_rectangle(
        (room, room + 24 * OVER, room + side, room + side + 24 * OVER), 48 * OVER, fill=(0, 0, 0, 120)
    )
    picture = shadow.filter(ImageFilter.GaussianBlur(22 * OVER))
    glow = Image.radial_gradient("L").resize((side, side)).point(lambda v: max(0, 255 - int(v * 1.75)))
    ground = Image.composite(
        Image.new("RGBA", (side, side), "#4A3B33"), Image.new("RGBA", (side, side), "#1B1412"), glow
    )
    shape = Image.new("L", (side, side), 0)
    ImageDraw.Draw(shape).rounded_rectangle((0, 0, side - 1, side - 1), 48 * OVER, fill=255)
    picture.paste(ground, (room, room), shape)
    _corners(ImageDraw.Draw(picture), room)
    card = _card().rotate(6, Image.Resampling.BICUBIC, expand=True)
    picture.alpha_composite(card, ((whole - card.width) // 2, (whole - card.height) // 2))
    return picture.resize((whole // OVER, whole // OVER), Image.Resampling.LANCZOS)


def _corners(draw: ImageDraw.ImageDraw, room: int) -> None:
    near, far, leg, bend, wide = 90 * OVER, (SIDE - 90) * OVER, 90 * OVER, 30 * OVER, 12 * OVER
    for right in (False, True):
        for low in (False, True):
            x, y = (far if right else near) + room, (far if low else near) + room
            dx, dy = (-1 if right else 1), (-1 if low else 1)
            box = sorted((x, x + 2 * dx * bend)), sorted((y, y + 2 * dy * bend))
            start = {(False, False): 180, (True, False): 270, (True, True): 0, (False, True): 90}[right, low]
            draw.arc((box[0][0], box[1][0], box[0][1], box[1][1]), start, start + 90, "#FFD873", wide)
            inner_x, inner_y = x + dx * wide // 2, y + dy * wide // 2
            ends = [
                ((x + dx * bend, inner_y), (x + dx * leg, inner_y)),
                ((inner_x, y + dy * bend), (inner_x, y + dy * leg)),
            ]
            for one, two in ends:
                draw.line((*one, *two), "#FFD873", wide)
                draw.circle(two, wide / 2, "#FFD873")


def _card() -> Image.Image:
    card = Image.new("RGBA", (300 * OVER, 200 * OVER), (0, 0, 0, 0))
    draw = ImageDraw.Draw(card)

    def box(x: float, y: float, w: float, h: float, radius: float, fill: str) -> None:
        k = 1.25 * OVER
        draw.rounded_rectangle((x * k, y * k, (x + w) * k - 1, (y + h) * k - 1), radius * k, fill=fill)

    box(0, 0, 240, 160, 18, "#FFFFFF")
    box(16, 30, 100, 100, 8, "#F2ECE2")
    for column in range(11):
        for row in range(11):
            if (column * 7 + row * 5 + column * row) % 3 and not _finder(column, row):
                box(22 + 8 * column, 36 + 8 * row, 8.3, 8.3, 0, "#2A211A")
    for x, y in ((22, 36), (86, 36), (22, 100)):
        box(x, y, 24, 24, 2, "#2A211A")
        box(x + 4, y + 4, 16, 16, 1, "#F2ECE2")
        box(x + 8, y + 8, 8, 8, 0, "#2A211A")
    box(130, 36, 92, 16, 8, "#B4281E")
    box(130, 68, 70, 12, 6, "#D9CDBD")
    box(130, 92, 84, 12, 6, "#D9CDBD")
    box(130, 116, 56, 12, 6, "#D9CDBD")
    return card


def _finder(column: int, row: int) -> bool:
    return ((column < 4 or column > 6) and row < 4) or (column < 4 and row > 6)


if __name__ == "__main__":
    camera().save(Path(__file__).parent / "camera.png", optimize=True)
