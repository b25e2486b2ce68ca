"""Reads an EAN-13 from blurred lines across its bars by comparing whole digits; finds no bars in a picture.

Decoders that measure widths of bars fail where blur has merged them. Here each digit, with the bar before and
the space after it that every EAN-13 has, is compared with blurred drawings of all twenty digits. Where digits
begin is found along the way (the label may be bent or seen aslant). Of all numbers with a valid check digit
the best is taken, and only when every other is clearly worse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float32]

MARGIN = (
    1.0  # in log error: on the photographs measured nearly all right readings had more, wrong ones up to 0.9
)
BLURS_MODULES = (0.35, 0.65, 0.95, 1.3)  # standard deviations that are tried
PLACES_MOST = 2  # where on the line the code may be

# GS1 General Specifications, 5.2.1: a left digit of odd parity; the others follow from it.
_ODD = (
    "0001101", "0011001", "0010011", "0111101", "0100011",
    "0110001", "0101111", "0111011", "0110111", "0001011",
)  # fmt: skip
FIRST = (
    "OOOOOO", "OOEOEE", "OOEEOE", "OOEEEO", "OEOOEE",
    "OEEOOE", "OEEEOO", "OEOEOE", "OEOEEO", "OEEOEO",
)  # fmt: skip
RIGHT = tuple("".join("10"[int(module)] for module in digit) for digit in _ODD)
_EVEN = tuple(digit[::-1] for digit in RIGHT)
MODULES = 95
LEFT = (*_ODD, *_EVEN)
_DIGITS_AT = (*range(3, 45, 7), *range(50, 92, 7))  # modules before each of the twelve digits
# Edges that every EAN-13 has: (modules before it, 1 where bars begin and -1 where they end).
_EDGES = ((0, 1), *((at, -1) for at in range(3, 46, 7)), *((at, 1) for at in range(50, 93, 7)), (95, -1))
_POINTS = 16  # a digit and a module on either side are compared at this many points
_SHIFT_MODULES = 0.25
_SHIFTS = 17  # a digit may begin up to two modules from where it should
_GROWTHS = (-2, -1, 0, 1, 2)  # a digit may be this many shifts wider than seven modules
_SHIFT_COST = 0.1
WEIGHTS = (3, 1) * 6  # of the digits after the first in the check sum, the last one included


def read_line(line: Floats) -> str:
    """The number on the line (bright paper, dark bars, one sample a place), "" when none is sure."""
    import numpy as np

    dark = np.float32(255) - line
    for start, module in places(dark, PLACES_MOST):
        fits = []
        for one, at in ((dark, start), (dark[::-1], len(dark) - 1 - start - MODULES * module)):
            fits.append(_fit(one, at, module))
        digits, margin = _best_number(*min(fits, key=lambda fit: fit[0])[1:])
        if margin >= MARGIN:
            return digits
    return ""


def agreed(lines: Iterable[Floats], read: Callable[[Floats], str] = read_line) -> str:
    """The number that two of the lines show, "" when no two do."""
    seen: set[str] = set()
    for line in lines:
        text = read(line)
        if text and text in seen:
            return text
        seen.add(text)
    return ""


def places(dark: Floats, most: int) -> list[tuple[float, float]]:
    """Where a code may be, at most so many, likeliest first: (sample of its first bar, samples a module).

    Both ends have the same sign: paper without bars, then bars.
    """
    import cv2
    import numpy as np

    even = _evened(dark)
    starts, ends = _ends(even)
    slope = cv2.GaussianBlur(np.gradient(even)[None].astype(np.float32), (0, 0), 2.0)[0]
    slope = np.clip(slope / (np.abs(slope).mean() + 1e-6), -3, 3)
    at = np.array([edge for edge, _ in _EDGES], np.float32)
    sign = np.array([sign for _, sign in _EDGES], np.float32)
    nudge = np.array([-0.7, 0.0, 0.7], np.float32)
    found: list[tuple[float, float, float]] = []
    for start_score, start in starts:
        for end_score, end in ends:
            module = (end - start) / MODULES
            if module < 1.8:
                continue
            first = start + nudge[:, None] * module
            modules = (end + nudge[None, :] * module - first) / MODULES
            place = (first[..., None] + modules[..., None] * at).astype(int)
            score = (slope[np.clip(place, 0, len(dark) - 1)] * sign).sum(-1) + 6 * (start_score + end_score)
            row, column = np.unravel_index(int(score.argmax()), score.shape)
            found.append((float(score[row, column]), float(first[row, 0]), float(modules[row, column])))
    chosen: list[tuple[float, float]] = []
    for _, at_start, wide in sorted(found, reverse=True):
        apart = (abs(at_start - a) + abs(at_start - a + MODULES * (wide - b)) > 1.5 * b for a, b in chosen)
        if len(chosen) < most and all(apart):
            chosen.append((at_start, wide))
    return chosen


def _evened(dark: Floats) -> Floats:
    """The line between 0 (paper) and 1 (bars), shading taken out."""
    import cv2
    import numpy as np

    width = len(dark) // 8 | 1
    rows = np.ascontiguousarray(dark)[None]
    kernel = np.ones((1, width), np.uint8)
    low = cv2.blur(cv2.erode(rows, kernel), (width, 1))[0]
    span = cv2.blur(cv2.dilate(rows, kernel), (width, 1))[0] - low
    even: Floats = (dark - low) / np.maximum(span, 0.25 * span.max() + 1)
    return even


def _ends(even: Floats) -> tuple[list[tuple[float, int]], list[tuple[float, int]]]:
    """(score, sample) of the likeliest first bars, and of the likeliest last ones."""
    import numpy as np

    count = len(even)
    starts: list[tuple[float, int]] = []
    ends: list[tuple[float, int]] = []
    for width in (count // 45, count // 26, count // 16):
        sums = np.pad(np.cumsum(even), (width + 1, width), mode="edge")
        sums[: width + 1] = 0
        squares = np.pad(np.cumsum(even * even), (width + 1, width), mode="edge")
        squares[: width + 1] = 0
        means = (sums[width:] - sums[:-width]) / width
        spread = np.sqrt(np.maximum((squares[width:] - squares[:-width]) / width - means * means, 0))
        before, after = slice(0, count), slice(width, width + count)
        for scores, found in (
            (means[after] - means[before] - spread[before], starts),
            (means[before] - means[after] - spread[after], ends),
        ):
            for _ in range(3):
                place = int(scores.argmax())
                if scores[place] < 0.05:
                    break
                found.append((float(scores[place]), place))
                scores[max(0, place - width // 2) : place + width // 2 + 1] = -9
    return starts, ends


def _fit(dark: Floats, start: float, module: float) -> tuple[float, Any, Any]:
    """How badly the best drawings fit a code there; the errors of the left digits and the right."""
    import numpy as np

    shifts = (np.arange(_SHIFTS) - _SHIFTS // 2) * _SHIFT_MODULES
    widths = 7 + np.array(_GROWTHS) * _SHIFT_MODULES
    inside = (np.arange(_POINTS) + 0.5) / _POINTS * 9 - 1  # in modules of an undistorted digit
    begins = np.array(_DIGITS_AT)[:, None, None] + shifts[:, None]
    places = start + module * (begins[..., None] + widths[:, None] / 7 * inside)
    np.clip(places, 0, len(dark) - 1.001, out=places)
    left = places.astype(np.intp)
    part = (places - left).astype(np.float32)
    seen = dark[left] * (1 - part) + dark[left + 1] * part
    seen -= seen.mean(-1, keepdims=True)
    seen /= np.sqrt((seen * seen).sum(-1, keepdims=True)) + 4  # a window without contrast fits nothing
    lefts, rights = _drawings()
    like_left = seen[:6] @ lefts  # digit, shift, growth, (blur and drawing)
    like_right = seen[6:] @ rights
    shape = (6, _SHIFTS, len(_GROWTHS), len(BLURS_MODULES), -1)
    like_left, like_right = like_left.reshape(shape), like_right.reshape(shape)
    best = _errors(np.concatenate([like_left.max(-1), like_right.max(-1)]))
    error, blur, path = _follow(best)
    steps = np.arange(6)
    left_errors = _errors(like_left[steps, path[:6, 0], path[:6, 1], blur])
    right_errors = _errors(like_right[steps, path[6:, 0], path[6:, 1], blur])
    return error, left_errors, right_errors


def _errors(likeness: Any) -> Any:
    import numpy as np

    return np.log(1.02 - np.clip(likeness, 0, 1) ** 2)


@cache
def _drawings() -> tuple[Floats, Floats]:
    """Blurred drawings, normalised: columns of (blur, odd and even digit), of (blur, right digit)."""
    import cv2
    import numpy as np

    groups = [f"1{digit}0" for digit in LEFT], [f"0{digit}1" for digit in RIGHT]
    fine = 20
    found = []
    for group in groups:
        drawn = np.array([[0.5, *map(float, digit), 0.5] for digit in group], np.float32).repeat(fine, 1)
        columns = []
        for blur in BLURS_MODULES:
            soft = cv2.GaussianBlur(drawn, (0, 0), blur * fine, sigmaY=0.01, borderType=cv2.BORDER_REPLICATE)
            at = ((np.arange(_POINTS) + 0.5) / _POINTS * 9 + 1) * fine
            points = soft[:, at.astype(int)]
            points -= points.mean(1, keepdims=True)
            columns.append(points / np.linalg.norm(points, axis=1, keepdims=True))
        found.append(np.concatenate(columns).T.copy())
    return found[0], found[1]


def _follow(best: Any) -> tuple[float, int, Any]:
    """The least error, its blur and the (shift, growth) of each digit, each beginning where another ends."""
    import numpy as np

    digits, shifts, _, blurs = best.shape
    growths = np.array(_GROWTHS)
    come_from = np.arange(shifts)[:, None] - growths  # to this shift with that growth
    outside = (come_from < 0) | (come_from >= shifts)
    come_from = np.clip(come_from, 0, shifts - 1)
    off = _SHIFT_COST * np.abs(growths)[:, None] + outside[..., None] * 1e6
    edge = (0.15 * _SHIFT_MODULES * np.abs(np.arange(shifts) - shifts // 2))[:, None]
    so_far = np.repeat(edge, blurs, 1)
    choices = []
    which = np.arange(len(_GROWTHS))
    for digit in range(digits):
        ways = (so_far[:, None] + best[digit])[come_from, which] + off
        choice = ways.argmin(1)
        so_far = np.take_along_axis(ways, choice[:, None], 1)[:, 0]
        choices.append(choice)
    total = so_far + edge
    shift, blur = (int(one) for one in np.unravel_index(int(total.argmin()), total.shape))
    path = []
    for choice in reversed(choices):
        growth = int(choice[shift, blur])
        shift = int(come_from[shift, growth])
        path.append((shift, growth))
    return float(total.min()), blur, np.array(path[::-1])


def _best_number(left: Any, right: Any) -> tuple[str, float]:
    """The number of least error among those with a valid check digit, and what the next best has more.

    The margin is 0 when without the check digit another number would fit better.
    """
    import numpy as np

    tables = np.array(
        [[left[place, 10 * (kind == "E") :][:10] for place, kind in enumerate(first)] for first in FIRST]
    )
    tables = np.concatenate([tables, np.broadcast_to(right, (10, 6, 10))], 1)
    totals, choices = _cheapest(tables)
    first = int(totals.argmin())
    digits = [first, *_digits(choices, first)]
    if float(totals[first]) > float(left.min(1).sum() + right.min(1).sum()) + 0.05:
        return "", 0.0
    # The next best has another first digit, or differs in some place: forbid each in turn.
    others = np.repeat(tables[first][None], 12, 0)
    others[np.arange(12), np.arange(12), digits[1:]] = 1e6
    second = float(min(_cheapest(others, first)[0].min(), np.delete(totals, first).min()))
    return "".join(map(str, digits)), second - float(totals[first])


def _cheapest(tables: Any, first: int | None = None) -> tuple[Any, list[Any]]:
    """For each table of errors (place, digit) the least sum that the check digit allows, and its choices."""
    import numpy as np

    count = len(tables)
    firsts = np.arange(10) if first is None else np.full(count, first)
    so_far = np.full((count, 10), 1e6)
    so_far[np.arange(count), firsts] = 0  # by check sum of the digits so far
    digits = np.arange(10)
    choices = []
    for place in range(12):
        before = (np.arange(10)[:, None] - WEIGHTS[place] * digits) % 10
        ways = so_far[:, before] + tables[:, place, None, :]
        choice = ways.argmin(-1)
        so_far = np.take_along_axis(ways, choice[..., None], -1)[..., 0]
        choices.append(choice)
    return so_far[:, 0], choices


def _digits(choices: list[Any], first: int) -> list[int]:
    digits, total = [], 0
    for place in range(11, -1, -1):
        digit = int(choices[place][first, total])
        digits.append(digit)
        total = (total - WEIGHTS[place] * digit) % 10
    return digits[::-1]
