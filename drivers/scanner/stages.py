"""The decoding stages as data (part, filter, decoder, symbologies) and how to run one; not their order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from drivers.base import Symbology
from drivers.scanner import ean_blur, ean_lines
from drivers.scanner.filters import FILTERS
from drivers.scanner.places import Look
from drivers.scanner.types import Code, ean13_holds

if TYPE_CHECKING:
    import numpy.typing as npt

    Gray = npt.NDArray[Any]  # two-dimensional, 8 bits a pixel

QR_ONLY: frozenset[Symbology] = frozenset({"QR"})
EAN_ONLY: frozenset[Symbology] = frozenset({"EAN13"})
BARS_ONLY: frozenset[Symbology] = frozenset({"CODE128", "EAN13"})
ALL: frozenset[Symbology] = QR_ONLY | BARS_ONLY
Part = Literal["all", "busy", "block", "bars"]  # see places.Look


@dataclass(frozen=True, slots=True)
class Stage:
    """One way to look at a picture: a key of FILTERS, a decoder name, what it may report, where it looks."""

    filter: str
    decoder: (
        str  # "zxing", "zxing-global" (one threshold for the whole picture), "zbar", "digits" or "blurred"
    )
    symbologies: frozenset[Symbology]
    part: Part = "all"

    @property
    def name(self) -> str:
        """For logs and measurements."""
        return f"{self.decoder}/{self.part}/{self.filter}"


_PARTS: dict[Part, Callable[[Look], Gray | None]] = {
    "all": lambda look: look.gray,
    "busy": lambda look: None if look.block is None else look.gray,
    "block": lambda look: look.block,
    "bars": lambda look: look.lines,
}
_LINE_READERS: dict[str, Callable[[Any], str]] = {
    "digits": ean_lines.read_line,
    "blurred": ean_blur.read_line,
}
ZbarReader = Callable[["Gray", frozenset[Symbology]], list[Code]]


def run(stage: Stage, look: Look, zbar: ZbarReader) -> list[Code] | None:
    """The codes this stage finds, None when the picture has nothing like the part it looks at.

    `zbar` says where zbar runs, for it can kill its process (pyzbar#143).
    """
    part = _PARTS[stage.part](look)
    if part is None:
        return None
    picture = FILTERS[stage.filter](part)
    if stage.decoder == "zbar":
        return zbar(picture, stage.symbologies)
    if stage.decoder in _LINE_READERS:
        read = _LINE_READERS[stage.decoder]
        text = ean_lines.agreed(picture, read) if len(picture) > 1 else read(picture[0])
        return [Code("EAN13", text)] if text else []
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
