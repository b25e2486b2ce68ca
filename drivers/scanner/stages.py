"""The decoding stages as data (filter, decoder, symbologies) and how to run one; their order is elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from drivers.base import Symbology
from drivers.scanner.types import Code, ean13_holds

if TYPE_CHECKING:
    import numpy.typing as npt

    Gray = npt.NDArray[Any]  # two-dimensional, 8 bits a pixel

QR_ONLY: frozenset[Symbology] = frozenset({"QR"})
BARS_ONLY: frozenset[Symbology] = frozenset({"CODE128", "EAN13"})
ALL: frozenset[Symbology] = QR_ONLY | BARS_ONLY


@dataclass(frozen=True, slots=True)
class Stage:
    """One way to look at a gray picture: a key of FILTERS, a decoder name, what it may report."""

    filter: str
    decoder: str  # "zxing", "zxing-global" (one threshold for the whole picture) or "zbar"
    symbologies: frozenset[Symbology]

    @property
    def name(self) -> str:
        """For logs and measurements."""
        return f"{self.decoder}/{self.filter}"


ZbarReader = Callable[["Gray", frozenset[Symbology]], list[Code]]


def run(stage: Stage, gray: Gray, zbar: ZbarReader) -> list[Code]:
    """The codes this stage finds; `zbar` says where zbar runs, for it can kill its process (pyzbar#143)."""
    picture = FILTERS[stage.filter](gray)
    if stage.decoder == "zbar":
        return zbar(picture, stage.symbologies)
    return zxing(picture, stage.symbologies, global_threshold=stage.decoder == "zxing-global")


def zxing(gray: Gray, symbologies: frozenset[Symbology], *, global_threshold: bool = False) -> list[Code]:
    """Decode with zxing-cpp; of QR codes only model 2 (glare was seen to read as a Micro QR)."""
    import zxingcpp

    formats, named = _zxing_formats(symbologies)
    binarizer = zxingcpp.Binarizer.GlobalHistogram if global_threshold else zxingcpp.Binarizer.LocalAverage
    found = zxingcpp.read_barcodes(
        gray, formats=formats, text_mode=zxingcpp.TextMode.Plain, binarizer=binarizer
    )
    codes = (Code(named[str(one.format)], tidy(one.text)) for one in found if str(one.format) in named)
    return [code for code in codes if code.text]


@cache
def _zxing_formats(symbologies: frozenset[Symbology]) -> tuple[Any, dict[str, Symbology]]:
    import zxingcpp

    kinds = zxingcpp.BarcodeFormat
    formats = {"QR": kinds.QRCodeModel2, "CODE128": kinds.Code128, "EAN13": kinds.EAN13}
    named: dict[str, Symbology] = {
        str(kinds.QRCode): "QR",
        str(kinds.QRCodeModel2): "QR",
        str(kinds.Code128): "CODE128",
        str(kinds.EAN13): "EAN13",
    }
    return zxingcpp.BarcodeFormats([formats[one] for one in sorted(symbologies)]), named


def zbar_here(gray: Gray, symbologies: frozenset[Symbology]) -> list[Code]:
    """Decode with zbar in this process, which must be one whose death is survived.

    Only ASCII texts count: zbar guesses Shift-JIS for half of the others (zbar#212).
    """
    from pyzbar import pyzbar

    kinds: dict[Symbology, Any] = {
        "QR": pyzbar.ZBarSymbol.QRCODE,
        "CODE128": pyzbar.ZBarSymbol.CODE128,
        "EAN13": pyzbar.ZBarSymbol.EAN13,
    }
    named = {kind.name: symbology for symbology, kind in kinds.items()}
    try:
        found = pyzbar.decode(gray, symbols=[kinds[one] for one in sorted(symbologies)])
    except ValueError:  # an orientation pyzbar has no name for (pyzbar#139): nothing usable was read
        return []
    codes = []
    for one in found:
        text = tidy(one.data.decode("ascii", "replace"))
        symbology = named.get(one.type)
        if symbology is None or not text or "\ufffd" in text:
            continue
        if symbology != "EAN13" or ean13_holds(text):
            codes.append(Code(symbology, text))
    return codes


def tidy(text: str) -> str:
    """Line ends as LF, no white space around: what readers disagree about and nobody means."""
    return text.replace("\r\n", "\n").strip()


def _resize(scale: float) -> Callable[[Gray], Gray]:
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

    return _sharpen(cv2.GaussianBlur(_resize(2.0)(gray), (0, 0), 2.0), 4.0, 4.0)


def _even(gray: Gray) -> Gray:
    """Half larger, contrast made the same everywhere: saves codes half under glare or a shadow."""
    import cv2
    import numpy as np

    soft = cv2.GaussianBlur(_resize(1.5)(gray), (0, 0), 1.2).astype(np.float32)
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


FILTERS: dict[str, Callable[[Gray], Gray]] = {
    "none": lambda gray: gray,
    "half": _resize(0.5),
    "larger": _resize(1.5),
    "double": _resize(2.0),
    "double-sharp": lambda gray: _sharpen(_resize(2.0)(gray), 2.0, 1.5),
    "band": _band,
    "clahe": _clahe,
    "even": _even,
    "clahe-double-sharp": lambda gray: _sharpen(_resize(2.0)(_clahe(gray)), 3.0, 2.0),
    "blur": _blur,
    "sharp": _sharpen,
    "threshold": _threshold,
    "turn-22": _turn(-22),
    "turn-30": _turn(-30),
    "turn+30": _turn(30),
    "turn-45": _turn(-45),
    "turn+45": _turn(45),
}
