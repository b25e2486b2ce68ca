"""Grounds: what their small textures hold, without a window."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.ui.widgets import ground

RED, BLUE = (1.0, 0.0, 0.0, 1.0), (0.0, 0.0, 1.0, 1.0)
RADIUS = 8


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes `ground` give back rows of (r, g, b, a), the upper first, in place of textures."""

    def rows(*shapes_and_tones: Any) -> list[list[tuple[int, ...]]]:
        (width, height), data = ground._drawing(*shapes_and_tones)
        pixels = [tuple(data[at : at + 4]) for at in range(0, len(data), 4)]
        assert len(pixels) == width * height
        return [pixels[at : at + width] for at in range(0, len(pixels), width)][::-1]

    monkeypatch.setattr(ground, "_texture", rows)


@pytest.mark.usefixtures("drawn")
def test_a_plain_ground_is_clear_outside_its_corners_and_white_inside() -> None:
    rows: Any = ground.plain(RADIUS)
    assert rows == rows[::-1] == [row[::-1] for row in rows]
    assert {pixel[:3] for row in rows for pixel in row} == {(255, 255, 255)}
    assert rows[0][0][3] == 0
    assert rows[0][RADIUS][3] == rows[RADIUS][0][3] == 255
    assert any(0 < pixel[3] < 255 for pixel in rows[0]), "the corner is not smooth"


@pytest.mark.usefixtures("drawn")
def test_a_corner_covers_what_a_quarter_of_a_circle_does() -> None:
    rows: Any = ground.plain(40)
    covered = sum(row[column][3] / 255 for row in rows[:40] for column in range(40))
    assert covered == pytest.approx(3.14159 / 4 * 40**2, rel=0.002)


@pytest.mark.usefixtures("drawn")
def test_only_the_upper_corners_are_round_where_that_is_wanted() -> None:
    top: Any = ground.plain(RADIUS, "top")
    assert (top[0][0][3], top[-1][0][3]) == (0, 255)
    bottom: Any = ground.plain(RADIUS, "bottom")
    assert bottom == top[::-1]


@pytest.mark.usefixtures("drawn")
def test_an_edge_is_as_wide_as_it_says_on_all_sides() -> None:
    rows: Any = ground.edged(RADIUS, RED, BLUE, 3)
    middle = RADIUS
    for line in (rows[middle], [row[middle] for row in rows]):
        assert [pixel[:3] == (0, 0, 255) for pixel in line] == [True] * 3 + [False] * (len(line) - 6) + [
            True
        ] * 3


@pytest.mark.usefixtures("drawn")
def test_a_lip_is_seen_below_only() -> None:
    rows: Any = ground.lipped(RADIUS, RED, BLUE, 4)
    middle = [row[RADIUS][:3] for row in rows]
    assert middle == [(255, 0, 0)] * (len(rows) - 4) + [(0, 0, 255)] * 4
    assert len(rows) == sum(ground.border(RADIUS, 4)[::2]) + 2


def test_grounds_begin_and_end_on_whole_pixels_and_touch_without_a_gap() -> None:
    lower, upper = (10.4, 20.6, 50.5), (10.4, 50.5, 80.2)
    assert (
        ground.whole(*lower[:2])[1] + ground.between(*lower[:2], 90, lower[2])[1]
        == ground.whole(*upper[:2])[1]
    )


def test_a_radius_is_no_more_than_half_of_the_shorter_side() -> None:
    assert ground.radius(28, 300, 40) == 20
    assert ground.radius(28, 300, 100) == 28
    assert ground.radius(28, 0, 0) == 1
