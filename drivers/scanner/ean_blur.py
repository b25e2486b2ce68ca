"""Reads an EAN-13 from a line so blurred that digits run into each other; `ean_lines` reads sharper ones.

The line is compared with drawings of every pair of neighbouring digits, blurred alike, and the best chain of
pairs is found. Then place, width, bend and light are corrected so that the whole chain fits best, and the
chain is found again. A right number leaves little error and every other valid number clearly more.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from drivers.scanner import ean_lines
from drivers.scanner.ean_lines import FIRST, LEFT, MODULES, RIGHT, WEIGHTS

if TYPE_CHECKING:
    from drivers.scanner.ean_lines import Floats

PLACES_MOST = 12  # where on the line the code may be
BLURS_MODULES = (1.1, 1.5, 1.9, 2.4)  # standard deviations that are tried
BLUR_FIRST = 1.6  # with which places are compared
ROUNDS = 4
# On the photographs measured, sharp and spoiled, right readings had margins up to 1, wrong ones up to 0.14.
ERROR_MOST = 0.006  # mean square, in parts of the contrast
MARGIN = 0.15  # of the error
FREE_MOST = 0.1  # of the error: what the best number without a valid check digit may have less
FINE = 4  # samples a module
PAPER = 8  # modules looked at on either side
_HALF = 3.5  # modules of half a digit


class _Fit(NamedTuple):
    error: float
    errors: list[Any]  # of each piece of the line: (digit), (digit, next digit) …, (digit)
    place: tuple[float, float, float]  # first bar, module, bend


def read_line(line: Floats) -> str:
    """The number on the line (bright paper, dark bars, one sample a place), "" when none is sure."""
    import numpy as np

    dark = np.float32(255) - line
    tried: list[tuple[float, int, Any, tuple[float, float, float]]] = []
    for start, module in ean_lines.places(dark, PLACES_MOST):
        for one, at in ((dark, start), (dark[::-1], len(dark) - 1 - start - MODULES * module)):
            fit = _fit(one, (at, module, 0.0), BLUR_FIRST, rounds=2)
            tried.append((fit.error, len(tried), one, fit.place))
    fits = [_fit(one, place, blur, ROUNDS) for *_, one, place in sorted(tried)[:2] for blur in BLURS_MODULES]
    if not fits:
        return ""
    best = min(fits, key=lambda fit: fit.error)
    if best.error > ERROR_MOST:
        return ""
    digits, error, next_error = _best_number(best.errors)
    sure = next_error > (1 + MARGIN) * error and _chain(best.errors)[0] > (1 - FREE_MOST) * error
    return digits if sure else ""


def _fit(dark: Any, place: tuple[float, float, float], blur: float, rounds: int) -> _Fit:
    """The chain of digits that fits there best, corrected for place and light `rounds` times."""
    import numpy as np

    at = _at()
    from_middle = (at - MODULES / 2) / (MODULES / 2)
    inside = (at > -PAPER / 2) & (at < MODULES + PAPER / 2)
    seen = _sampled(dark, place)
    paper = np.interp(at, [-PAPER / 2, MODULES + PAPER / 2], [np.median(seen[:20]), np.median(seen[-20:])])
    contrast = max(5.0, 2 * float((seen - paper)[PAPER * FINE : -PAPER * FINE].mean()))
    best = _Fit(1e9, [], place)
    for _ in range(rounds):
        errors = _piece_errors((seen - paper) / contrast, blur)
        drawn = _drawn_whole(_chain(errors)[1], blur)
        slope = np.gradient(drawn) * FINE * contrast
        ways = [
            np.ones_like(at),
            from_middle,
            drawn,
            slope,
            slope * from_middle,
            slope * (from_middle**2 - 1),
        ]
        basis = np.stack(ways, 1)[inside]
        square = basis.T @ basis + np.eye(6) * 1e-3
        weights = np.linalg.solve(square, basis.T @ seen[inside])
        left = seen[inside] - basis @ weights
        error = float((left * left).mean()) / max(float(weights[2]), 5.0) ** 2
        if error < best.error:
            best = _Fit(error, errors, place)
        paper, contrast = weights[0] + weights[1] * from_middle, max(float(weights[2]), 5.0)
        move, grow, bend = (float(one) for one in np.clip(weights[3:], -0.4, 0.4))
        start, module, bent = place
        place = (
            start - module * (move - grow),
            module * (1 - grow / (MODULES / 2)),
            bent - bend / (MODULES / 2),
        )
        seen = _sampled(dark, place)
    return best


@cache
def _at() -> Any:
    """The modules of the samples."""
    import numpy as np

    return (np.arange(-PAPER * FINE, (MODULES + PAPER) * FINE) + 0.5) / FINE


def _sampled(dark: Any, place: tuple[float, float, float]) -> Any:
    import numpy as np

    start, module, bend = place
    at = _at()
    from_middle = (at - MODULES / 2) / (MODULES / 2)
    where = start + module * (at + bend * (from_middle**2 - 1) * MODULES / 2)
    return np.interp(where, np.arange(len(dark)), dark)


def _blurred(rows: list[str], blur: float, before: float = 0.5, after: float = 0.5) -> Any:
    """Drawings, six modules of nothing known on either side."""
    import cv2
    import numpy as np

    drawn = np.array([[before] * 6 + [float(bit) for bit in row] + [after] * 6 for row in rows], np.float32)
    fine = drawn.repeat(FINE, 1)
    return cv2.GaussianBlur(fine, (0, 0), blur * FINE, sigmaY=0.01, borderType=cv2.BORDER_REPLICATE)


@cache
def _pieces(blur: float) -> list[tuple[slice, Any, Any, tuple[int, ...]]]:
    """What the line is made of, by samples: (where, drawings, their squares, shape of the errors).

    A piece reaches from the middle of one digit to the middle of the next; what lies beyond is blurred in.
    """
    half = int(_HALF * FINE)

    def cut(rows: Any, begin: int, length: int, start: float, shape: tuple[int, ...]) -> Any:
        where = int((start + PAPER) * FINE)
        drawn = rows[:, begin : begin + length]
        return slice(where, where + length), drawn, (drawn * drawn).sum(1), shape

    first = _blurred([f"000000101{one}0" for one in LEFT], blur, before=0)
    lefts = _blurred([f"1{one}{two}0" for one in LEFT for two in LEFT], blur)
    middle = _blurred([f"1{one}01010{two}1" for one in LEFT for two in RIGHT], blur)
    rights = _blurred([f"0{one}{two}1" for one in RIGHT for two in RIGHT], blur)
    last = _blurred([f"0{one}101000000" for one in RIGHT], blur, after=0)
    inner = 7 * FINE + half  # six modules of nothing known, one known, half a digit
    return [
        cut(first, 9 * FINE, int(9.5 * FINE), -3, (20,)),
        *(cut(lefts, inner, 2 * half, 6.5 + 7 * place, (20, 20)) for place in range(5)),
        cut(middle, inner, 12 * FINE, 41.5, (20, 10)),
        *(cut(rights, inner, 2 * half, 53.5 + 7 * place, (10, 10)) for place in range(5)),
        cut(last, inner, int(9.5 * FINE), 88.5, (10,)),
    ]


def _piece_errors(even: Any, blur: float) -> list[Any]:
    found = []
    for where, drawn, squares, shape in _pieces(blur):
        part = even[where].astype(drawn.dtype)
        found.append((squares - 2 * (drawn @ part) + part @ part).reshape(shape))
    return found


def _chain(errors: list[Any]) -> tuple[float, list[int]]:
    """The least error of any chain of digits, and that chain."""
    so_far = errors[0]
    choices = []
    for piece in errors[1:-1]:
        ways = so_far[:, None] + piece
        choices.append(ways.argmin(0))
        so_far = ways.min(0)
    total = so_far + errors[-1]
    chain = [int(total.argmin())]
    for choice in reversed(choices):
        chain.append(int(choice[chain[-1]]))
    return float(total.min()), chain[::-1]


def _drawn_whole(chain: list[int], blur: float) -> Any:
    left, right = (
        "".join(digits[one] for one in part) for digits, part in ((LEFT, chain[:6]), (RIGHT, chain[6:]))
    )
    paper = "0" * (PAPER + 6)
    drawn = _blurred([f"{paper}101{left}01010{right}101{paper}"], blur, 0, 0)[0]
    return drawn[12 * FINE : -12 * FINE]


def _best_number(errors: list[Any]) -> tuple[str, float, float]:
    """The number of least error among those with a valid check digit, its error and that of the next best."""
    import numpy as np

    parity = np.array([[0 if kind == "O" else 10 for kind in first] for first in FIRST])
    tables = []  # [first digit, digit, next digit]
    for place, piece in enumerate(errors[1:-1]):
        if place < 5:
            rows, columns = (parity[:, one, None] + np.arange(10) for one in (place, place + 1))
            tables.append(piece[rows[:, :, None], columns[:, None, :]])
        elif place == 5:
            tables.append(piece[parity[:, 5, None] + np.arange(10)])
        else:
            tables.append(np.broadcast_to(piece, (10, 10, 10)))
    begin = errors[0][parity[:, 0, None] + np.arange(10)]
    none = np.zeros((1, 12, 10, 10))
    totals, choices = _cheapest(begin, tables, errors[-1], none)
    first, last = (int(one) for one in np.unravel_index(int(totals[0].argmin()), (10, 10)))
    digits = [last]
    total = 0
    for place in range(11, 0, -1):
        before = int(choices[place - 1][0, first, digits[-1], total])
        total = (total - WEIGHTS[place] * digits[-1]) % 10
        digits.append(before)
    digits.reverse()
    # The next best has another first digit, or differs in some place: forbid each in turn.
    forbidden = np.zeros((12, 12, 10, 10))
    forbidden[np.arange(12), np.arange(12), first, digits] = 1e6
    others = float(_cheapest(begin, tables, errors[-1], forbidden)[0][:, first].min())
    next_error = min(others, float(np.delete(totals[0], first, 0).min()))
    return "".join(map(str, [first, *digits])), float(totals[0].min()), next_error


def _cheapest(begin: Any, tables: list[Any], end: Any, extra: Any) -> tuple[Any, list[Any]]:
    """[case, first digit, last digit]: the least error with a valid check digit; and the choices made.

    `extra` [case, place, first digit, digit] is added to the error of that digit there.
    """
    import numpy as np

    digit = np.arange(10)
    so_far = np.full((len(extra), 10, 10, 10), 1e6)  # by first digit, digit and check sum so far
    for first in range(10):
        so_far[:, first, digit, (first + WEIGHTS[0] * digit) % 10] = begin[first] + extra[:, 0, first]
    choices = []
    for place, table in enumerate(tables, 1):
        before = (digit - WEIGHTS[place] * digit[:, None]) % 10  # of digit and check sum
        ways = so_far[:, :, :, before] + table[None, :, :, :, None]
        choice = ways.argmin(2)
        so_far = ways.min(2) + extra[:, place, :, :, None]
        choices.append(choice)
    return so_far[..., 0] + end, choices
