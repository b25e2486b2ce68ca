"""Bars too soft for other decoders: found, made straight, read by whole digits, and never read wrongly."""

from __future__ import annotations

import random
from dataclasses import replace

import cv2
import numpy as np
import pytest

from drivers.scanner import ean_blur, ean_lines, places, stages
from drivers.scanner.places import Look
from tests.depth import often
from tests.drivers import codes

TEXT = "6901234567892"
STRAIGHT = codes.Shot(code_px=210, turn_deg=7, tilt_deg=10, nod_deg=5, centre=(0.5, 0.5))


def soft(text: str, sigma_px: float, seed: int, **changes: float) -> stages.Gray:
    """A label photographed out of focus; its modules are about 2.8 pixels wide."""
    shot = replace(STRAIGHT, focus_sigma=sigma_px, **changes)  # type: ignore[arg-type]
    return codes.photograph(codes.draw_label(text, ean=True), shot, random.Random(seed))


def with_check_digit(twelve: str) -> str:
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return f"{twelve}{-total % 10}"


def test_digits_merged_by_blur_are_read_where_widths_are_not() -> None:
    frame = soft(TEXT, 2.6, 1)
    assert stages.zxing(frame, stages.ALL) == []
    assert stages.zbar_here(frame, stages.ALL) == []
    lines = Look(frame).lines
    assert lines is not None
    assert ean_lines.agreed(lines) == TEXT


def test_digits_that_run_into_each_other_are_read_in_pairs() -> None:
    rng = random.Random(8)
    for first in (0, 3, 6, 9):
        text = with_check_digit(f"{first}{rng.randrange(10**11):011}")
        lines = Look(soft(text, 4.4, first, turn_deg=180.0 * (first % 2) + 5)).lines
        assert lines is not None
        assert ean_lines.agreed(lines) == ""
        assert ean_lines.agreed(lines, ean_blur.read_line) == text


def test_numbers_of_every_first_digit_also_upside_down() -> None:
    rng = random.Random(4)
    for first in range(10):
        text = with_check_digit(f"{first}{rng.randrange(10**11):011}")
        lines = Look(soft(text, 2.0, first, turn_deg=180.0 * (first % 2) + 5)).lines
        assert lines is not None
        assert ean_lines.agreed(lines) == text


def test_what_is_no_ean_is_not_read_as_one() -> None:
    rng = np.random.default_rng(1)
    for _ in range(often(12, 200)):
        bars = np.repeat(rng.integers(0, 2, 120), 6).astype(np.float32) * 180 + 30
        line = np.concatenate([np.full(80, 215), bars, np.full(80, 215)]).astype(np.float32)
        for sigma in (5, 9):
            blurred = cv2.GaussianBlur(line[None], (0, 0), sigma)[0]
            assert ean_lines.read_line(blurred) == ean_blur.read_line(blurred) == ""
    for kind in ("CODE-128-X", "0123456789"):
        for seed in range(5):
            shot = replace(STRAIGHT, focus_sigma=1.0 + seed / 2)
            frame = codes.photograph(codes.draw_label(kind, ean=False), shot, random.Random(seed))
            lines = Look(frame).lines
            assert lines is not None
            assert ean_lines.agreed(lines) == ean_lines.agreed(lines, ean_blur.read_line) == ""


@pytest.mark.parametrize("light", [1.0, 0.25])
def test_bars_and_blocks_are_found_where_they_are(light: float) -> None:
    frame = soft(TEXT, 0.8, 3, light=light)
    bars = Look(frame).bars
    assert np.abs(bars[0].middle - (codes.WIDTH / 2, codes.HEIGHT / 2)).max() < 60
    assert abs(np.degrees(np.arctan2(bars[0].across[1], bars[0].across[0])) - 7) < 5
    card = codes.photograph(codes.draw_card("P1:X"), replace(STRAIGHT, light=light), random.Random(2))
    block = Look(card).block
    assert block is not None
    assert [code.text for code in stages.zxing(block, stages.QR_ONLY)] == ["P1:X"]


def test_an_empty_room_has_neither() -> None:
    noise = np.random.default_rng(5).normal(0, 4, (720, 1280))
    for room in (np.full((720, 1280), 128), np.tile(np.linspace(60, 200, 1280), (720, 1))):
        look = Look(np.clip(room + noise, 0, 255).astype(np.uint8))
        assert look.bars == []
        assert look.block is None
        assert look.lines is None


@pytest.mark.parametrize("shape", [(1, 1), (2, 900), (7, 7), (40, 3), (720, 1280)])
def test_any_shape_of_picture_is_looked_at(shape: tuple[int, int]) -> None:
    look = Look(np.random.default_rng(2).integers(0, 255, shape, np.uint8))
    assert look.lines is None or look.lines.shape[0] % places.LINES == 0
    assert look.block is None or look.block.size > 0
