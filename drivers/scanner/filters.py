"""What is done to a gray picture before it is decoded, by name; decodes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.scanner.ean_lines import Floats
    from drivers.scanner.stages import Gray

STRIP_ROWS = 2  # of a picture, for each line: zxing believes no bar code that only one row shows


def resize(scale: float) -> Callable[[Gray], Gray]:
    """A filter that makes larger or smaller."""

    def resized(gray: Gray) -> Gray:
        import cv2

        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return cv2.resize(gray, None, fx=scale, fy=scale, interpolation=how)

    return resized


def _clahe(gray: Gray) -> Gray:
    import cv2

    return cv2.createCLAHE(3.0, (8, 8)).apply(gray)


def _blur(gray: Gray) -> Gray:
    import cv2

    return cv2.GaussianBlur(gray, (3, 3), 0)


def _sharpen(gray: Gray, sigma: float = 3.0, amount: float = 1.0) -> Gray:
    import cv2

    soft = cv2.GaussianBlur(gray, (0, 0), sigma)
    return cv2.addWeighted(gray, 1 + amount, soft, -amount, 0)


def _band(gray: Gray) -> Gray:
    """Twice the size, grain finer and shading broader than a module taken out: saves dark and soft ones."""
    import cv2

    return _sharpen(cv2.GaussianBlur(resize(2.0)(gray), (0, 0), 2.0), 4.0, 4.0)


def _even(gray: Gray) -> Gray:
    """Half larger, contrast made the same everywhere: saves codes half under glare or a shadow."""
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(resize(1.5)(gray), (0, 0), 1.2).astype(np.float32)
    detail = soft - cv2.blur(soft, (25, 25))
    strength = cv2.blur(np.abs(detail), (45, 45))
    even: Gray = np.clip(128 + 60 * detail / (strength + 2), 0, 255).astype(np.uint8)
    return even


def _threshold(gray: Gray) -> Gray:
    import cv2

    return cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, 7)


def _turn(angle_deg: float) -> Callable[[Gray], Gray]:
    """Turned with nothing cut off: decoders look along and across the pixels and miss what lies aslant."""

    def turned(gray: Gray) -> Gray:
        import cv2

        height, width = gray.shape
        side = int((height**2 + width**2) ** 0.5)
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1)
        matrix[:, 2] += ((side - width) / 2, (side - height) / 2)
        return cv2.warpAffine(gray, matrix, (side, side), borderValue=200)

    return turned


def _strips(lines: Floats) -> Gray:
    """Each line as it is, sharpened finely and broadly, as rows of one picture."""
    import cv2
    import numpy as np

    rows = [lines]
    for sigma in (3.0, 6.0):
        soft = cv2.GaussianBlur(lines, (0, 0), sigma, sigmaY=0.01)
        rows.append(lines + 3 * (lines - soft))
    strips: Gray = np.clip(np.stack(rows, 1), 0, 255).astype(np.uint8)
    return strips.reshape(-1, lines.shape[1]).repeat(STRIP_ROWS, 0)


def _rows(*which: int) -> Callable[[Floats], Floats]:
    def chosen(lines: Floats) -> Floats:
        return lines[[row for row in which if row < len(lines)]]

    return chosen


FILTERS: dict[str, Callable[[Gray], Gray]] = {
    "none": lambda gray: gray,
    "half": resize(0.5),
    "larger": resize(1.5),
    "double": resize(2.0),
    "double-sharp": lambda gray: _sharpen(resize(2.0)(gray), 2.0, 1.5),
    "band": _band,
    "clahe": _clahe,
    "even": _even,
    "clahe-double-sharp": lambda gray: _sharpen(resize(2.0)(_clahe(gray)), 3.0, 2.0),
    "blur": _blur,
    "sharp": _sharpen,
    "threshold": _threshold,
    "turn-22": _turn(-22),
    "turn-30": _turn(-30),
    "turn+30": _turn(30),
    "turn-45": _turn(-45),
    "turn+45": _turn(45),
    "clahe-double": lambda gray: resize(2.0)(_clahe(gray)),
    # of lines, see places.Look.lines
    "strips": _strips,
    "three-lines": _rows(3, 1, 5),
    "line-1": _rows(3),
    "line-2": _rows(1),
}
