"""Finds where in a picture something looks like a code, and straightens it; decodes nothing.

Changes of brightness in four directions are summed over small cells: bars change in one direction, a QR code
in all. On a picture of a room this costs half a millisecond and finds nothing, so that the stages which work
on what it finds cost nothing either.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from drivers.scanner.ean_lines import Floats
    from drivers.scanner.stages import Gray

SIDE = 640  # the longer side of what is searched
CELL = 8  # pixels of it a cell
CHANGE_LEAST = 4.0  # mean change of brightness of a cell that may be part of a code
LINE_SAMPLES = 900
PAPER_SHARE = 0.2  # of the length of the bars, added on both sides
BLOCK_PIXELS_MOST = 400 * 400
REGIONS = 2  # of bars that are looked at
LINES = 7  # across each of them


class Bars(NamedTuple):
    """A rectangle of bars: x0, y0 its middle; (u_x, u_y) runs across the bars, (v_x, v_y) along them."""

    middle: npt.NDArray[np.float64]
    across: npt.NDArray[np.float64]
    along: npt.NDArray[np.float64]
    length: float  # pixels across all bars
    height: float


class Look:
    """One gray picture; what is found in it is found once."""

    def __init__(self, gray: Gray) -> None:
        self.gray = gray

    @cached_property
    def block(self) -> Gray | None:
        """The part most like a QR code with some paper around it, None when nothing is."""
        return _find_block(self.gray, *self._changes)

    @cached_property
    def lines(self) -> Floats | None:
        """LINES straight lines across each of the likeliest bars, a row each, None when there are no bars."""
        import numpy as np

        found: list[Floats] = []
        for bars in self.bars[:REGIONS]:
            found += _straightened(self.gray, _stood_up(self.gray, bars), LINES)
        if not found:
            return None
        width = max(map(len, found))
        return np.array([np.pad(line, (0, width - len(line)), mode="edge") for line in found])

    @cached_property
    def bars(self) -> list[Bars]:
        """Regions that change in one direction only, the most promising first."""
        return _find_bars(self.gray, *self._changes)

    @cached_property
    def _changes(self) -> tuple[Any, float]:
        return _changes(self.gray)


def _find_bars(gray: Gray, changes: Any, scale: float) -> list[Bars]:
    import cv2
    import numpy as np

    total = changes.sum(0)
    level, slant = changes[0] - changes[2], changes[1] - changes[3]
    directed = np.hypot(level, slant) > 0.3 * total
    strong = total > max(2 * CHANGE_LEAST, 0.2 * float(np.percentile(total, 98)))
    count, labels, stats, _ = cv2.connectedComponentsWithStats((directed & strong).astype(np.uint8))
    likely = sorted(range(1, count), key=lambda one: -int(stats[one, cv2.CC_STAT_AREA]))
    found = []
    for one in likely[:4]:
        if stats[one, cv2.CC_STAT_AREA] < 6:
            break
        bars = _measured(gray, labels == one, np.arctan2(slant, level) / 2, total, scale)
        if bars is not None:
            found.append(bars)
    return sorted(found, key=lambda bars: -bars.length * bars.height)


def _find_block(gray: Gray, changes: Any, scale: float) -> Gray | None:
    import cv2
    import numpy as np

    both_ways = np.minimum(changes[0], changes[2]) + np.minimum(changes[1], changes[3])
    dense = cv2.blur(both_ways, (5, 5))  # print around a code changes both ways too, but less densely
    mask = (dense > max(CHANGE_LEAST, 0.45 * float(dense.max()))).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    best, box = 0.0, None
    for one in range(1, count):
        left, top, width, height, _ = (int(side) for side in stats[one])
        squareness = min(width, height) / max(width, height)
        weight = float(dense[labels == one].sum()) * squareness
        if min(width, height) >= 3 and weight > best:
            best, box = weight, (left, top, width, height)
    if box is None:
        return None
    x, y, wide, high = (side * CELL / scale for side in box)
    around = 0.15 * max(wide, high) + 2 * CELL / scale
    rows = slice(max(0, int(y - around)), int(y + high + around))
    columns = slice(max(0, int(x - around)), int(x + wide + around))
    block = gray[rows, columns]
    shrink = (BLOCK_PIXELS_MOST / block.size) ** 0.5
    if shrink < 1:
        block = cv2.resize(block, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return block


def _changes(gray: Gray) -> tuple[Any, float]:
    """(changes along a row, falling, along a column and rising, each cell's mean; its scale)."""
    import cv2
    import numpy as np

    scale = min(1.0, SIDE / max(gray.shape))
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    if min(gray.shape) < 2 * CELL:
        return np.zeros((4, 1, 1), np.float32), scale
    height, width = gray.shape
    cells = (width // CELL, height // CELL)
    here = gray[1:-1, :-1]
    neighbours = gray[1:-1, 1:], gray[2:, 1:], gray[2:, :-1], gray[:-2, 1:]
    found = np.array(
        [cv2.resize(cv2.absdiff(here, one), cells, interpolation=cv2.INTER_AREA) for one in neighbours],
        np.float32,
    )
    found[1] *= 0.75  # a diagonal step is longer, and sees more of a slanting edge
    found[3] *= 0.75
    found -= np.percentile(found, 20, axis=(1, 2), keepdims=True)  # grain changes everywhere alike
    return np.array([cv2.blur(np.maximum(one, 0), (3, 3)) for one in found]), scale


def _measured(gray: Gray, mask: Any, angles: Any, total: Any, scale: float) -> Bars | None:
    """The rectangle around cells of one direction; None when too few agree."""
    import numpy as np

    weights = np.minimum(total, float(np.median(total[mask])))
    halves = np.floor((angles / np.pi + 0.5) * 18).astype(int) % 18
    counts = np.bincount(halves[mask], weights=weights[mask], minlength=18)
    near = counts + (np.roll(counts, 1) + np.roll(counts, -1)) / 2
    about = (int(near.argmax()) + 0.5) / 18 * np.pi - np.pi / 2
    off = (angles - about + np.pi / 2) % np.pi - np.pi / 2
    mask = mask & (np.abs(off) < np.radians(20))
    rows, columns = np.nonzero(mask)
    if len(rows) < 6:
        return None
    angle = _exact_angle(gray, rows, columns, scale, about)
    across = np.array([np.cos(angle), np.sin(angle)])
    along = np.array([-across[1], across[0]])
    points = (np.column_stack([columns, rows]) + 0.5) * CELL / scale
    far, side = points @ across, points @ along
    low, high = np.percentile(side, [10, 90])
    length = float(far.max() - far.min() + CELL / scale)
    if length < 40:
        return None
    middle = across * (far.max() + far.min()) / 2 + along * (low + high) / 2
    return Bars(middle, across, along, length, max(float(high - low), CELL / scale))


def _exact_angle(gray: Gray, rows: Any, columns: Any, scale: float, about: float) -> float:
    """The direction in which brightness changes most in the box of these cells."""
    import cv2
    import numpy as np

    top, bottom = int(rows.min() * CELL / scale), int((rows.max() + 1) * CELL / scale)
    left, right = int(columns.min() * CELL / scale), int((columns.max() + 1) * CELL / scale)
    part = gray[top:bottom, left:right]
    shrink = min(1.0, 250 / max(part.shape))
    if shrink < 1:
        part = cv2.resize(part, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    x = cv2.Sobel(part, cv2.CV_32F, 1, 0)
    y = cv2.Sobel(part, cv2.CV_32F, 0, 1)
    angle = np.arctan2(y, x)
    off = (angle - about + np.pi / 2) % np.pi - np.pi / 2
    weight = np.minimum(np.hypot(x, y), 100.0) * (np.abs(off) < np.radians(25))
    return about + float((off * weight).sum() / (weight.sum() + 1e-6))


def _stood_up(gray: Gray, bars: Bars) -> Bars:
    """`along` turned to where the bars really run: a label seen aslant has no right angles."""
    import cv2
    import numpy as np

    width, height = int(min(bars.length, 300)), 12
    best, along = -1.0, bars.along
    for slant_deg in range(-12, 13, 3):
        turned = bars.along + bars.across * np.tan(np.radians(slant_deg))
        corner = bars.middle - bars.across * bars.length / 2 - turned * bars.height * 0.4
        part = _sampled(
            gray,
            corner,
            bars.across * bars.length / width,
            turned * bars.height * 0.8 / height,
            width,
            height,
        )
        mean = cv2.reduce(part, 0, cv2.REDUCE_AVG, dtype=cv2.CV_32F)[0]
        clear = float(np.abs(np.diff(mean)).sum())
        if clear > best:
            best, along = clear, turned
    return bars._replace(along=along)


def _straightened(gray: Gray, bars: Bars, bands: int) -> list[Floats]:
    """Each band of the bars averaged into one line, some paper on both sides."""
    import cv2
    import numpy as np

    length = bars.length * (1 + 2 * PAPER_SHARE)
    width = int(length * max(1.0, min(4.0, LINE_SAMPLES / length)))
    height = int(max(bands, min(bars.height, bands * 8)))
    corner = bars.middle - bars.across * length / 2 - bars.along * bars.height / 2
    part = _sampled(
        gray, corner, bars.across * length / width, bars.along * bars.height / height, width, height
    )
    return list(cv2.resize(part.astype(np.float32), (width, bands), interpolation=cv2.INTER_AREA))


def _sampled(gray: Gray, corner: Any, right: Any, down: Any, width: int, height: int) -> Gray:
    import cv2
    import numpy as np

    matrix = np.array([[right[0], down[0], corner[0] - 0.5], [right[1], down[1], corner[1] - 0.5]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(gray, matrix, (width, height), flags=how, borderMode=cv2.BORDER_REPLICATE)
