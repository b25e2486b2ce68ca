"""Draws simulated photographs of cards and labels as the kiosk's camera sees them; no test lives here."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt
import segno
import zxingcpp

Picture = npt.NDArray[np.uint8]

WIDTH, HEIGHT = 1280, 720
CARD_MM = (85.6, 54.0)
CODE_MM = 25.0
DRAWN_PX_PER_MM = 12
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def card_text(number: int, rng: random.Random) -> str:
    """A text like a household card's, of its length and alphabet (the signature is noise)."""
    signature = "".join(rng.choices(BASE32, k=103))
    return f"P1:YS:{number:07d}:{rng.randrange(1, 9)}:{signature}"


def draw_card(text: str) -> Picture:
    """A card seen straight on: QR (error correction M) of CODE_MM beside some lines of print."""
    scale = DRAWN_PX_PER_MM
    width, height = (round(side * scale) for side in CARD_MM)
    card = np.full((height, width), 236, np.uint8)
    cv2.rectangle(card, (0, 0), (width, round(9 * scale)), 96, -1)
    for row in range(5):
        top = round((16 + row * 6) * scale)
        cv2.rectangle(card, (5 * scale, top), (round((22 + 13 * (row % 3)) * scale), top + 2 * scale), 70, -1)
    code = segno.make_qr(text, error="m", boost_error=False)
    buffer = io.BytesIO()
    code.save(buffer, kind="png", scale=4, border=0)
    modules = cv2.imdecode(np.frombuffer(buffer.getvalue(), np.uint8), cv2.IMREAD_GRAYSCALE)
    side = round(CODE_MM * scale)
    ink = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
    left, top = round(55 * scale), round(18 * scale)
    quiet = 2 * scale
    card[top - quiet : top + side + quiet, left - quiet : left + side + quiet] = 244
    card[top : top + side, left : left + side] = np.where(ink < 128, 32, 240)
    return card


def draw_label(text: str, *, ean: bool) -> Picture:
    """A label as large as a card, straight on: EAN-13 of usual size, or Code 128, above a line of print."""
    kind = zxingcpp.BarcodeFormat.EAN13 if ean else zxingcpp.BarcodeFormat.Code128
    drawn = np.asarray(zxingcpp.create_barcode(text, kind).to_image(scale=1, add_quiet_zones=False))
    scale = DRAWN_PX_PER_MM
    width, height = (round(side * scale) for side in CARD_MM)
    label = np.full((height, width), 238, np.uint8)
    module = 4 if ean else max(3, min(4, 900 // drawn.shape[1]))
    bars = np.repeat(np.where(drawn[drawn.shape[0] // 2] < 128, 34, 238), module)
    left = (width - len(bars)) // 2
    label[14 * scale : 36 * scale, left : left + len(bars)] = bars
    cv2.putText(label, text, (left, 43 * scale), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 40, 3)
    return label


@dataclass(frozen=True)
class Shot:
    """How one photograph comes about; every number is drawn by `any_shot`."""

    code_px: float  # width of the code in the frame
    turn_deg: float  # in the plane of the picture
    tilt_deg: float  # out of it, around the upright axis
    nod_deg: float  # out of it, around the level axis
    centre: tuple[float, float]
    motion_px: float = 0.0
    motion_deg: float = 0.0
    focus_sigma: float = 0.6
    glare: float = 0.0  # 0 none … 1 white
    glare_at: tuple[float, float] = (0.5, 0.5)  # on the card, 0…1
    shine: float = 0.0  # lamination: broad streaks across the card
    crease: float = 0.0  # a fold: a bright line with a shadow
    light: float = 1.0
    noise: float = 3.0
    jpeg: int = 85


def any_shot(rng: random.Random) -> Shot:
    """A photograph as residents take them: always tilted, mostly with one or two faults more."""
    shot = Shot(
        code_px=rng.uniform(120, 220),
        turn_deg=rng.choice((0, 0, 0, 90, 180)) + rng.gauss(0, 12),
        tilt_deg=rng.uniform(-35, 35),
        nod_deg=rng.uniform(-35, 35),
        centre=(rng.uniform(0.35, 0.65), rng.uniform(0.35, 0.65)),
        focus_sigma=rng.uniform(0.5, 1.5),
        noise=rng.uniform(2, 6),
        jpeg=rng.randrange(60, 95),
    )
    for fault in rng.sample(("motion", "glare", "shine", "crease", "dark"), rng.choice((0, 1, 1, 2, 2, 3))):
        if fault == "motion":
            shot = replace(shot, motion_px=rng.uniform(2, 8), motion_deg=rng.uniform(0, 180))
        elif fault == "glare":
            place = (rng.uniform(0.6, 0.98), rng.uniform(0.3, 0.85))  # over the code or beside it
            shot = replace(shot, glare=rng.uniform(0.4, 1.0), glare_at=place)
        elif fault == "shine":
            shot = replace(shot, shine=rng.uniform(0.3, 0.8))
        elif fault == "crease":
            shot = replace(shot, crease=rng.uniform(0.3, 0.9))
        else:
            shot = replace(shot, light=rng.uniform(0.2, 0.6), noise=rng.uniform(5, 9))
    return shot


def jitter(shot: Shot, rng: random.Random) -> Shot:
    """The next frame of the same hand: moved, tilted and blurred a little differently."""
    x, y = shot.centre
    return replace(
        shot,
        centre=(x + rng.gauss(0, 0.004), y + rng.gauss(0, 0.006)),
        turn_deg=shot.turn_deg + rng.gauss(0, 1),
        tilt_deg=shot.tilt_deg + rng.gauss(0, 1.5),
        nod_deg=shot.nod_deg + rng.gauss(0, 1.5),
        motion_px=shot.motion_px * rng.uniform(0.3, 1.2),
        motion_deg=shot.motion_deg + rng.gauss(0, 15),
        glare_at=(shot.glare_at[0] + rng.gauss(0, 0.02), shot.glare_at[1] + rng.gauss(0, 0.02)),
    )


def photograph(card: Picture, shot: Shot, rng: random.Random) -> Picture:
    """One gray frame of WIDTH × HEIGHT with the card in it."""
    card = _spoil_surface(card, shot, rng)
    frame = _room()
    matrix = _view(card, shot)
    # Average before shrinking: a lens does not skip pixels.
    shrink = shot.code_px / (CODE_MM * DRAWN_PX_PER_MM)
    soft = cv2.GaussianBlur(card, (0, 0), max(0.3, 0.35 / shrink))
    seen = cv2.warpPerspective(soft, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    mask = cv2.warpPerspective(np.full_like(card, 255), matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    frame = np.where(mask > 127, seen, frame)
    frame = cv2.GaussianBlur(frame, (0, 0), shot.focus_sigma)
    if shot.motion_px >= 1:
        frame = cv2.filter2D(frame, -1, motion_kernel(shot.motion_px, shot.motion_deg))
    grain = _GRAIN[rng.randrange(64) :, rng.randrange(64) :][:HEIGHT, :WIDTH]
    noisy = frame.astype(np.float32) * np.float32(shot.light) + grain * np.float32(shot.noise)
    frame = np.clip(noisy, 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, shot.jpeg))[1]
    return cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE)


def _spoil_surface(card: Picture, shot: Shot, rng: random.Random) -> Picture:
    if not (shot.glare or shot.shine or shot.crease):
        return card
    height, width = card.shape
    # All of it is smooth: a quarter of the size is enough to draw it in.
    small_w, small_h = width // 4, height // 4
    x, y = np.meshgrid(
        np.linspace(0, 1, small_w, dtype=np.float32), np.linspace(0, 1, small_h, dtype=np.float32)
    )
    white = np.zeros((small_h, small_w), np.float32)
    if shot.glare:
        at_x, at_y = shot.glare_at
        spot = np.exp(-(((x - at_x) / 0.10) ** 2 + ((y - at_y) / 0.13) ** 2))
        white = np.maximum(white, np.float32(shot.glare) * spot.astype(np.float32))
    if shot.shine:
        streaks = np.sin(2 * np.pi * (2.5 * x + 1.7 * y) + 6 * shot.glare_at[0]) ** 4
        white = np.maximum(white, np.float32(shot.shine) * streaks.astype(np.float32))
    spoiled = card.astype(np.float32)
    if white.any():
        large = cv2.resize(white, (width, height), interpolation=cv2.INTER_LINEAR)
        spoiled += (255 - spoiled) * large
    if shot.crease:
        line = np.zeros((height, width), np.float32)
        start = (round(width * (0.6 + 0.3 * shot.crease)), 0)
        end = (round(width * (0.9 - 0.25 * shot.crease)), height)
        cv2.line(line, start, end, 1.0, DRAWN_PX_PER_MM // 2)
        spoiled += (250 - spoiled) * line * np.float32(shot.crease)
        shadow = np.roll(line, DRAWN_PX_PER_MM // 2, axis=1)
        spoiled -= spoiled * shadow * np.float32(0.5 * shot.crease)
    return np.clip(spoiled, 0, 255).astype(np.uint8)


def _view(card: Picture, shot: Shot) -> npt.NDArray[np.float32]:
    """The perspective of a card turned in space, its code `code_px` wide at the middle."""
    height, width = card.shape
    turn, tilt, nod = (np.radians(angle) for angle in (shot.turn_deg, shot.tilt_deg, shot.nod_deg))
    around_z = np.array([[np.cos(turn), -np.sin(turn), 0], [np.sin(turn), np.cos(turn), 0], [0, 0, 1]])
    around_y = np.array([[np.cos(tilt), 0, np.sin(tilt)], [0, 1, 0], [-np.sin(tilt), 0, np.cos(tilt)]])
    around_x = np.array([[1, 0, 0], [0, np.cos(nod), -np.sin(nod)], [0, np.sin(nod), np.cos(nod)]])
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    flat = np.column_stack([corners - (width / 2, height / 2), np.zeros(4)]) / DRAWN_PX_PER_MM
    space = flat @ (around_z.T @ around_y.T @ around_x.T)
    distance_mm = 200.0
    focal_px = shot.code_px / CODE_MM * distance_mm
    seen = space[:, :2] * (focal_px / (space[:, 2:] + distance_mm)) + (
        shot.centre[0] * WIDTH,
        shot.centre[1] * HEIGHT,
    )
    return cv2.getPerspectiveTransform(corners, seen.astype(np.float32))


def motion_kernel(length_px: float, angle_deg: float) -> npt.NDArray[np.float32]:
    """What smears a picture by that much in that direction."""
    size = 2 * int(np.ceil(length_px / 2)) + 1
    kernel = np.zeros((size, size), np.float32)
    middle = size // 2
    reach = np.array([np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))]) * length_px / 2
    for step in np.linspace(-1, 1, 33):
        x, y = np.round(middle + reach * step).astype(int)
        kernel[y, x] += 1
    return kernel / kernel.sum()


def _room() -> Picture:
    """The background: a shaded wall with a few edges, out of focus."""
    return _ROOM.copy()


def _draw_room() -> Picture:
    rng = random.Random(7)
    room = np.tile(np.linspace(90, 160, WIDTH, dtype=np.float32), (HEIGHT, 1))
    for _ in range(14):
        x, y = rng.randrange(WIDTH), rng.randrange(HEIGHT)
        size = (x + rng.randrange(60, 300), y + rng.randrange(60, 300))
        cv2.rectangle(room, (x, y), size, float(rng.randrange(60, 210)), -1)
    return cv2.GaussianBlur(room, (0, 0), 6).astype(np.uint8)


_ROOM = _draw_room()
_GRAIN = np.random.default_rng(11).standard_normal((HEIGHT + 64, WIDTH + 64), dtype=np.float32)
