"""Photographs to measure decoding on: real ones in a folder beside the project, or drawn; kept by nobody.

KIOSK_CODES names the folder: pictures and `manifest.tsv` (file, symbology, accepted texts as JSON, licence).
"""

from __future__ import annotations

import csv
import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from tests.drivers import codes

FOLDER = Path(os.environ.get("KIOSK_CODES") or Path(__file__).parents[3] / "shared" / "codes")
DRAWN_CARDS, DRAWN_LABELS = 200, 40
SEED = 2026
# Looked at by eye: a label with its space left out, and the lower code of a book's two, half in view.
ALSO_IN_VIEW = {
    "zxing_code128-1_2.png": ("Code 128",),
    "zxing_ean13-2_24.png": ("1920081045006",),
}


@dataclass(frozen=True)
class Photograph:
    """A gray picture of one code, and what it may be read as."""

    name: str
    symbology: str
    texts: tuple[str, ...]
    gray: codes.Picture
    also: tuple[str, ...] = ()  # on it too, though the manifest does not say so


def photographs() -> tuple[list[Photograph], bool]:
    """All of them, and whether they are real."""
    manifest = FOLDER / "manifest.tsv"
    if manifest.is_file():
        with manifest.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        return [_read(row) for row in rows], True
    return _drawn(), False


def _read(row: dict[str, str]) -> Photograph:
    data = np.fromfile(FOLDER / row["file"], np.uint8)
    gray = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    texts = tuple(text.replace("\r\n", "\n").strip() for text in json.loads(row["texts_json"]))
    return Photograph(row["file"], row["symbology"], texts, gray, ALSO_IN_VIEW.get(row["file"], ()))


def _drawn() -> list[Photograph]:
    rng = random.Random(SEED)
    found = []
    for number in range(DRAWN_CARDS):
        text = codes.card_text(number, rng)
        gray = codes.photograph(codes.draw_card(text), codes.any_shot(rng), rng)
        found.append(Photograph(f"card-{number}", "QR", (text,), gray))
    for number in range(DRAWN_LABELS):
        for symbology, text in (("EAN13", ean13(rng)), ("CODE128", f"SHELF-{number:04}")):
            label = codes.draw_label(text, ean=symbology == "EAN13")
            gray = codes.photograph(label, codes.any_shot(rng), rng)
            found.append(Photograph(f"{symbology}-{number}", symbology, (text,), gray))
    return found


def ean13(rng: random.Random) -> str:
    """Any number with a valid check digit."""
    twelve = f"{rng.randrange(10**12):012}"
    return twelve + str(-sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve)) % 10)


def _glare(gray: codes.Picture, rng: np.random.Generator) -> np.ndarray:
    height, width = gray.shape
    y, x = np.mgrid[0:height, 0:width]
    spot = min(height, width) * 0.13
    at_x, at_y = rng.uniform(0.3, 0.7, 2) * (width, height)
    white = 0.9 * np.exp(-(((x - at_x) / spot) ** 2) - ((y - at_y) / spot) ** 2)
    return gray + (255 - gray) * white


def _motion(gray: codes.Picture, rng: np.random.Generator) -> np.ndarray:
    length = max(3.0, min(gray.shape) / 70)
    return cv2.filter2D(gray, -1, codes.motion_kernel(length, float(rng.uniform(0, 180)))).astype(float)


def _soft(gray: codes.Picture, rng: np.random.Generator) -> np.ndarray:
    return cv2.GaussianBlur(gray, (0, 0), min(gray.shape) / 220).astype(float)


def _dark(gray: codes.Picture, rng: np.random.Generator) -> np.ndarray:
    return gray * 0.25 + rng.normal(0, 2, gray.shape)


SPOILED: dict[str, Callable[[codes.Picture, np.random.Generator], np.ndarray]] = {
    "glare": _glare,
    "dark": _dark,
    "motion": _motion,
    "soft": _soft,
}


def spoiled(photograph: Photograph, how: str, seed: int) -> codes.Picture:
    """The same picture with glare, in the dark, moved or out of focus; always with fresh grain."""
    rng = np.random.default_rng(seed)
    worse = SPOILED[how](photograph.gray, rng) + rng.normal(0, 2, photograph.gray.shape)
    return np.clip(worse, 0, 255).astype(np.uint8)
