"""Reads the codes of a still picture with patience: stage after stage until one finds some; no camera."""

from __future__ import annotations

import atexit
import os
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.scanner.places import Look
from drivers.scanner.stages import ALL, BARS_ONLY, EAN_ONLY, QR_ONLY, Stage, ZbarReader, run
from drivers.scanner.types import Code
from drivers.scanner.zbar_child import ZbarChild

if TYPE_CHECKING:
    from drivers.scanner.stages import Gray

SIDE_MAXIMUM = 4096  # a larger picture is scaled down first: nothing gets better above it
FILE_BYTES_MAXIMUM = 64 << 20

# Each is there because it reads photographs that those before it do not; cheap ones come first.
STAGES = (
    Stage("half", "zxing", QR_ONLY),
    Stage("none", "zxing", ALL),
    Stage("none", "zxing-global", QR_ONLY),
    Stage("strips", "zxing", BARS_ONLY, "bars"),
    Stage("band", "zxing", QR_ONLY, "block"),
    Stage("none", "zbar", ALL),
    Stage("none", "digits", EAN_ONLY, "bars"),
    Stage("strips", "zbar", BARS_ONLY, "bars"),
    Stage("three-lines", "blurred", EAN_ONLY, "bars"),
    Stage("clahe", "zxing", ALL),
    Stage("larger", "zxing", ALL),
    Stage("sharp", "zbar", BARS_ONLY),
    Stage("double", "zbar", ALL),
    Stage("double", "zxing", ALL),
    Stage("blur", "zxing", ALL),
    Stage("threshold", "zxing", QR_ONLY),
    Stage("band", "zxing", ALL),
    Stage("even", "zxing", QR_ONLY),
    Stage("clahe-double", "zxing", ALL),
    Stage("band", "zbar", ALL),
    Stage("clahe-double-sharp", "zbar", QR_ONLY),
    Stage("turn-22", "zxing", QR_ONLY),
    Stage("turn-30", "zxing", BARS_ONLY),
    Stage("turn+30", "zxing", BARS_ONLY),
    Stage("turn-45", "zbar", BARS_ONLY),
)
SURE = frozenset(STAGES[:9])  # bars read by these are believed without a second stage


class PictureError(Exception):
    """The file is no picture that can be read; the text says why."""


def read_image(path: str | Path) -> list[tuple[str, str]]:
    """The codes in a picture file as (symbology, text), "QR", "CODE128" or "EAN13"; empty when none is found.

    Raises PictureError when the file is missing, too large or no picture.
    """
    gray = load_gray(Path(path))
    return [(code.symbology, code.text) for code in read_gray(gray, _zbar())]


@cache
def _zbar() -> ZbarChild:
    """One zbar process for all pictures of this process; it ends with us."""
    child = ZbarChild()
    atexit.register(child.close)
    return child


def describe_file(path: str | Path) -> dict[str, object]:
    """What `kiosk read-image` prints for a file: {"file", "codes": [{"symbology", "text"}], "ms"}.

    A file that cannot be read has "error" with the reason beside an empty "codes".
    """
    start_s = time.perf_counter()
    answer: dict[str, object] = {"file": str(path)}
    try:
        answer["codes"] = [{"symbology": one, "text": text} for one, text in read_image(path)]
    except PictureError as error:
        answer |= {"codes": [], "error": str(error)}
    answer["ms"] = round((time.perf_counter() - start_s) * 1000, 1)
    return answer


def load_gray(path: Path) -> Gray:
    """The picture in gray, its longer side at most SIDE_MAXIMUM. Raises PictureError."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")  # what is wrong with a file is said once, by us
    import cv2
    import numpy as np

    try:
        if path.stat().st_size > FILE_BYTES_MAXIMUM:
            raise PictureError(f"{path.name}: larger than {FILE_BYTES_MAXIMUM >> 20} MB")
        data = np.fromfile(path, np.uint8)  # imread cannot say why it failed
        gray = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    except (OSError, cv2.error) as error:
        reason = getattr(error, "strerror", None) or "not a picture"
        raise PictureError(f"{path.name}: {reason}") from error
    if gray is None:
        raise PictureError(f"{path.name}: not a picture")
    scale = SIDE_MAXIMUM / max(gray.shape)
    if scale < 1:
        gray = cv2.resize(gray, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return gray


def read_gray(gray: Gray, zbar: ZbarReader) -> list[Code]:
    """The codes of the first stage that finds any that may be believed, each once, in the order found.

    A QR code is believed at once, bars when a stage of SURE or two stages read them.
    """
    look = Look(gray)
    doubted: set[Code] = set()
    for stage in STAGES:
        codes = run(stage, look, zbar) or []
        if codes and stage == STAGES[0]:
            codes += run(STAGES[1], look, zbar) or []  # bars beside a QR code show only at full size
        believed = [code for code in codes if code.symbology == "QR" or stage in SURE or code in doubted]
        if believed:
            return list(dict.fromkeys(believed))
        doubted.update(codes)
    return []
