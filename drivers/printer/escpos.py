"""A document as ESC/POS bytes for one profile: text mode GB18030, native QR; opens no device.

Commands after Epson's ESC/POS reference. Text stays in Chinese mode (FS &) from the first byte to the last:
ASCII prints as it is there, and no code page (ESC t) ever decides how a character looks.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec

from drivers.printer.columns import CACHED_CHARACTERS, Line, clean, is_plain, layout
from drivers.printer.document import Barcode, Cut, Document, Feed, Qr, Row, Rule, Text
from drivers.printer.glyphs import GLYPH_DOTS, NARROW_SUBSTITUTE, glyph_columns, in_font
from drivers.printer.profile import FontSet, Profile

INITIALIZE = b"\x1b@"
CHINESE_ON = b"\x1c&"
AUTOMATIC_ON = b"\x1da\x0e"  # GS a: tell by itself of on/offline, errors and paper; ESC @ ends it
LINE_FEED = b"\n"
CUT_HERE = b"\x1dVB\x00"  # feed to the knife, then a partial cut
OPEN_DRAWER = b"\x1bp\x00\x19\xfa"  # ESC p: pin 2, 50 ms on, 500 ms off
QR_QUIET_MODULES = 4  # ISO/IEC 18004
QR_MAXIMUM_CHARACTERS = 512
BAR_MODULE_DOTS = 3  # 0.375 mm: 1.14 times the nominal size of EAN-13 (GS1 General Specifications)
BAR_QUIET_MODULES = 11  # the wider of EAN-13's two quiet zones
MOST_BAR_DOTS = 400

_BOLD = (b"\x1bE\x00", b"\x1bE\x01")
_SIZE = (b"\x1d!\x00", b"\x1d!\x11")
_INK = (b"\x1b*", b"\x1d(")  # characters drawn, codes
_RASTER = b"\x1dv"
_ENDS_LINE = (b"\x1bJ", b"\x1bd", CUT_HERE[:2])
_LEFT, _CENTER = b"\x1ba\x00", b"\x1ba\x01"


def encode(document: Document, profile: Profile, font: Path | None = None) -> bytes:
    """The bytes that print `document` on a printer of that profile; the same bytes for the same document.

    Characters beyond the profile's font are drawn with `font`, or with an installed font that has them; where
    none has, a frame with their code (? for a narrow one) stands for them. Raises `ValueError` for a QR code
    that is not ASCII or too long.
    """
    out = bytearray(INITIALIZE + CHINESE_ON + (AUTOMATIC_ON if profile.automatic else b""))
    for part in document:
        match part:
            case Qr(data):
                out += _qr(data, profile)
            case Barcode(modules, high_dots):
                out += _bars(modules, high_dots, profile)
            case Cut():
                out += end_of_piece(profile)
            case Feed(lines):
                out += LINE_FEED * lines
            case Text() as text:
                out += _lines(_drawable(text, profile), profile, font)
            case Row() | Rule():
                out += _lines(part, profile, font)
    return bytes(out)


def end_of_piece(profile: Profile) -> bytes:
    """A cut, or paper fed to the tear bar where there is no cutter."""
    return CUT_HERE if profile.cutter else b"\x1bd" + bytes((profile.tear_feed_lines,))


def last_line(data: bytes) -> tuple[int, int]:
    """(where the text of the last line begins, where its line feed stands) in what `encode` made.

    (0, 0) where nothing is printed at all. A line is on paper only when its line feed has been executed.
    """
    at = 0
    start = -1  # of this line's ink
    found = (0, 0)
    while at < len(data):
        if data[at : at + 1] == LINE_FEED or data[at : at + 2] in _ENDS_LINE:
            found = (start, at) if start >= 0 else found
            start = -1
        elif data[at : at + 2] == _RASTER:  # printed at once, whatever follows
            found, start = (at, at), -1
        elif start < 0 and (data[at] >= 0x20 or data[at : at + 2] in _INK):
            start = at
        at += _command_size(data, at)
    return found


def _command_size(data: bytes, at: int) -> int:
    """Bytes of the command or character that begins at `at`."""
    two = data[at : at + 2]
    if two == b"\x1b*":
        return 5 + 3 * int.from_bytes(data[at + 3 : at + 5], "little")
    if two == _RASTER:
        wide, high = data[at + 4 : at + 6], data[at + 6 : at + 8]
        return 8 + int.from_bytes(wide, "little") * int.from_bytes(high, "little")
    if two == b"\x1d(":
        return 5 + int.from_bytes(data[at + 3 : at + 5], "little")
    if two == CUT_HERE[:2]:
        return len(CUT_HERE)
    if data[at] in b"\x1b\x1c\x1d":
        return 2 if two in (INITIALIZE, CHINESE_ON) else 3
    return 2 if data[at] >= 0x80 else 1


def _lines(part: Text | Row | Rule, profile: Profile, font: Path | None) -> bytes:
    lines = layout(part, profile.columns)
    if isinstance(part, Text) and part.align == "center" and not part.right:
        # The printer centres by itself: fewer bytes than spaces, and exact to the dot.
        lines = [line._replace(text=line.text.strip(" ")) for line in lines]
        return _CENTER + b"".join(_line(line, profile, font) for line in lines) + _LEFT
    return b"".join(_line(line, profile, font) for line in lines)


def _line(line: Line, profile: Profile, font: Path | None) -> bytes:
    """One line, its style switched on before and off after, so that no style leaks from a lost line."""
    start = (_SIZE[1] if line.big else b"") + (_BOLD[1] if line.bold else b"")
    end = (_BOLD[0] if line.bold else b"") + (_SIZE[0] if line.big else b"")
    return start + _text(line.text, profile, font) + end + LINE_FEED


def _drawable(text: Text, profile: Profile) -> Text:
    """GS ! does not enlarge a drawn character: a big line that holds one becomes bold and normal in size."""
    if not text.big or all(in_font(ch, profile.font_set) for ch in clean(text.text + text.right)):
        return text
    return msgspec.structs.replace(text, big=False, bold=True)


def _text(text: str, profile: Profile, font: Path | None) -> bytes:
    if profile.font_set != "gb2312" and is_plain(text):
        return text.encode("gb18030")
    codes = [_code(ch, profile.font_set) for ch in text]
    if None not in codes:
        return b"".join(codes)  # type: ignore[arg-type]  # none is None
    return b"".join(code or _drawn(ch, profile, font) for ch, code in zip(text, codes, strict=True))


@lru_cache(maxsize=CACHED_CHARACTERS)
def _code(ch: str, font_set: FontSet) -> bytes | None:
    """The printer's own code of a character; None where its font lacks it."""
    return ch.encode("gb18030") if in_font(ch, font_set) else None


def _drawn(ch: str, profile: Profile, font: Path | None) -> bytes:
    dots = glyph_columns(ch, profile.cell_dots, font)
    if dots is None:
        return NARROW_SUBSTITUTE.encode("gb18030")
    # ESC * 33: a 24-dot bit image in line with the text.
    return b"\x1b*\x21" + (len(dots) // (GLYPH_DOTS // 8)).to_bytes(2, "little") + dots


def _qr(data: str, profile: Profile) -> bytes:
    if not data.isascii() or not data or len(data) > QR_MAXIMUM_CHARACTERS:
        raise ValueError(f"a printed code is 1 to {QR_MAXIMUM_CHARACTERS} ASCII characters")
    picture = _native_qr(data, profile) if profile.native_qr else _raster_qr(data, profile)
    return _CENTER + picture + _LEFT


def _native_qr(data: str, profile: Profile) -> bytes:
    """GS ( k functions 165 (model 2), 167 (module), 169 (level M), 180 (store), 181 (print)."""
    quiet = b"\x1bJ" + bytes((QR_QUIET_MODULES * profile.qr_module_dots,))
    stored = b"1P0" + data.encode("ascii")
    return (
        b"".join(
            b"\x1d(k" + len(body).to_bytes(2, "little") + body
            for body in (b"1A2\x00", b"1C" + bytes((profile.qr_module_dots,)), b"1E1", stored, b"1Q0")
        )
        + quiet
    )


def _raster_qr(data: str, profile: Profile) -> bytes:
    """The code as one GS v 0 raster image, quiet zone included."""
    matrix = _modules(data)
    quiet = QR_QUIET_MODULES
    side = len(matrix) + 2 * quiet
    dots = min(profile.qr_module_dots, profile.dots // side)
    if dots < 3:
        raise ValueError("the code is too dense for this paper")
    image = bytearray()
    for row in [[0] * len(matrix)] * quiet + [list(line) for line in matrix] + [[0] * len(matrix)] * quiet:
        image += _packed([0] * quiet + row + [0] * quiet, dots) * dots
    return _raster(bytes(image), side * dots)


@lru_cache(maxsize=4)  # of the slips that are printed just now: both copies and each attempt have the same
def _modules(data: str) -> tuple[bytearray, ...]:
    import segno  # off the start-up path: most printers draw the code themselves

    matrix: tuple[bytearray, ...] = segno.make_qr(data, error="m", boost_error=False).matrix
    return matrix


def _bars(modules: str, high_dots: int, profile: Profile) -> bytes:
    """A barcode as one raster image: every printer draws it alike, whatever codes it knows by itself."""
    if not modules or set(modules) - {"0", "1"} or not 8 <= high_dots <= MOST_BAR_DOTS:
        raise ValueError(f"bars are a row of 0 and 1, 8 to {MOST_BAR_DOTS} dots high")
    row = [0] * BAR_QUIET_MODULES + [int(module) for module in modules] + [0] * BAR_QUIET_MODULES
    dots = min(BAR_MODULE_DOTS, profile.dots // len(row))
    if dots < 2:
        raise ValueError("the bars are too many for this paper")
    return _CENTER + _raster(_packed(row, dots) * high_dots, high_dots) + _LEFT


def _packed(modules: list[int], dots: int) -> bytes:
    """One line of dots, each module `dots` wide, the last byte filled up with white."""
    bits = 0
    for module in modules:
        bits = bits << dots | (((1 << dots) - 1) if module else 0)
    wide = (len(modules) * dots + 7) // 8
    return (bits << (wide * 8 - len(modules) * dots)).to_bytes(wide, "big")


def _raster(image: bytes, high_dots: int) -> bytes:
    """GS v 0: a picture sent dot by dot."""
    # Modules of two dots and more never make the byte 10h next to 04h, 05h or 14h (real-time commands).
    assert not any(bytes((0x10, second)) in image for second in (0x04, 0x05, 0x14))
    wide = len(image) // high_dots
    return b"\x1dv0\x00" + wide.to_bytes(2, "little") + high_dots.to_bytes(2, "little") + image
