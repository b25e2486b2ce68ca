"""The inside of a simulated ESC/POS printer: bytes in, paper out; no wires, no threads, no driver imports.

Written from Epson's ESC/POS reference on its own, so that an error of the driver's encoder shows here.
"""

from __future__ import annotations

from drivers.printer.simulated_paper import (
    PITCH_DOTS,
    Code,
    Item,
    Mark,
    Raster,
    Slip,
    Space,
    TextLine,
)

MISSING = "□"  # what the printer prints for a character its font lacks

# Commands of fixed length that change nothing we draw: bytes behind the two command bytes.
_IGNORED = {
    b"\x1b2": 0, b"\x1b3": 1, b"\x1b-": 1, b"\x1bG": 1, b"\x1bM": 1, b"\x1bR": 1, b"\x1bV": 1, b"\x1b{": 1,
    b"\x1b ": 1, b"\x1b$": 2, b"\x1b\\": 2, b"\x1bc": 2, b"\x1bU": 1, b"\x1c!": 1, b"\x1c-": 1,
    b"\x1cS": 2, b"\x1cW": 1, b"\x1cC": 1, b"\x1dB": 1, b"\x1dh": 1, b"\x1dw": 1, b"\x1dH": 1,
    b"\x1df": 1, b"\x1dL": 2, b"\x1dW": 2, b"\x1dP": 2, b"\x1db": 1,
}  # fmt: skip


class OutOfPaperError(Exception):
    """A line could not be printed because there is no paper under the head."""


class Engine:
    """Interprets one command at a time from a receive buffer; `step` is called while nothing stops it."""

    def __init__(self, paper_dots: int, font_set: str, cutter: bool) -> None:
        self.paper_dots = paper_dots
        self.font_set = font_set
        self.cutter = cutter
        self.buffer = bytearray()
        self.consumed = 0  # bytes executed since the beginning of time, real-time commands left out
        self.printed_lines = 0
        self.lines_left: int | None = None  # lines of paper left; None = plenty
        self.slips: list[Slip] = [Slip(paper_dots)]
        self.unknown: list[bytes] = []  # commands this printer does not know
        self.drawer_pushes = 0  # how often the drawer was pushed open
        self.code_pages = 0  # how often a code page was selected
        self.overflows = 0  # lines that were too long and broke by themselves
        self.paper_answer = 0x00  # what GS r 1 answers
        self.answers_gs_h = True
        self.answers_gs_a = True
        self.answers_gs_r = True
        self.reset()

    def reset(self) -> None:
        """Power on, or ESC @: modes and print buffer, not the receive buffer."""
        self._forget_line()
        self._chinese = False
        self._bold = False
        self._wide = self._high = 1
        self._align = 0
        self.automatic = 0  # what GS a asked to be told of
        self._qr = b""
        self._module = 3
        self._level = "L"

    def empty(self) -> None:
        """Forget everything that is not on paper yet."""
        self.buffer.clear()
        self._forget_line()

    def _forget_line(self) -> None:
        self._marks: list[Mark] = []
        self._line_dots = 0

    def end_strip(self) -> None:
        """The piece of paper leaves the printer without a cut (torn off, or the end of the roll)."""
        if self.slips[-1].items:
            self.slips.append(Slip(self.paper_dots))

    def step(self) -> bytes | None:
        """Execute one command: what the printer answers to it (mostly b""), None when more bytes must come.

        Raises `OutOfPaperError` with the command still in the buffer.
        """
        if not self.buffer:
            return None
        size, answer = self._execute(self.buffer)
        if size == 0:
            return None
        self.consumed += size if self.buffer[0] != 0x10 else 0
        del self.buffer[:size]
        return answer

    # -- commands; each returns (bytes used, answer), 0 bytes when incomplete

    def _execute(self, data: bytearray) -> tuple[int, bytes]:
        first = data[0]
        if first == 0x0A:
            self._print_line()
            return 1, b""
        if first in (0x1B, 0x1C, 0x1D, 0x10):
            if len(data) < 2:
                return 0, b""
            return {0x1B: self._esc, 0x1C: self._fs, 0x1D: self._gs, 0x10: self._dle}[first](data)
        if first < 0x20:
            return 1, b""  # NUL, CR, and controls without a meaning
        return self._character(data)

    def _character(self, data: bytearray) -> tuple[int, bytes]:
        first = data[0]
        if not self._chinese or first < 0x80:
            self._put(chr(first) if first < 0x7F else MISSING, 1)
            return 1, b""
        if len(data) < 2:
            return 0, b""
        pair = bytes(data[:2])
        if 0x30 <= pair[1] <= 0x39:  # four-byte GB18030: no printer's font reaches that far
            if len(data) < 4:
                return 0, b""
            self._put(MISSING, 2)
            return 4, b""
        try:
            pair.decode(self.font_set)
            self._put(pair.decode("gb18030"), 2)
        except UnicodeDecodeError:
            self._put(MISSING, 2)
        return 2, b""

    def _esc(self, data: bytearray) -> tuple[int, bytes]:
        command = bytes(data[:2])
        if command == b"\x1b@":
            self.reset()
            return 2, b""
        if command == b"\x1b*":
            return self._bit_image(data)
        if command == b"\x1bp":
            self.drawer_pushes += len(data) >= 5
            return self._skip(data, 5)
        if command == b"\x1bt":
            self.code_pages += 1
            return self._skip(data, 3)
        if command in (b"\x1ba", b"\x1bE", b"\x1b!", b"\x1bd", b"\x1bJ"):
            if len(data) < 3:
                return 0, b""
            number = data[2]
            if command == b"\x1ba":
                self._align = number & 0x0F if number & 0x0F < 3 else 0
            elif command == b"\x1bE":
                self._bold = number & 1 == 1
            elif command == b"\x1b!":
                self._bold = number & 0x08 != 0
                self._wide, self._high = 1 + (number >> 5 & 1), 1 + (number >> 4 & 1)
            elif command == b"\x1bd":
                self._flush()
                for _ in range(number):
                    self._put_paper(TextLine(()))
            else:
                self._flush()
                self._put_paper(Space(number))
            return 3, b""
        return self._other(data)

    def _fs(self, data: bytearray) -> tuple[int, bytes]:
        command = bytes(data[:2])
        if command in (b"\x1c&", b"\x1c."):
            self._chinese = command == b"\x1c&"
            return 2, b""
        return self._other(data)

    def _gs(self, data: bytearray) -> tuple[int, bytes]:
        command = bytes(data[:2])
        if command in (b"\x1d!", b"\x1dr", b"\x1da"):
            if len(data) < 3:
                return 0, b""
            if command == b"\x1dr":
                answer = bytes((self.paper_answer if data[2] in (1, 49) else 0,))
                return 3, answer if self.answers_gs_r else b""
            if command == b"\x1da":
                self.automatic = data[2] if self.answers_gs_a else 0
                return 3, b""
            self._wide, self._high = 1 + (data[2] >> 4 & 7), 1 + (data[2] & 7)
            return 3, b""
        if command == b"\x1dV":
            return self._cut(data)
        if command == b"\x1d(":
            return self._block(data)
        if command == b"\x1dv":
            return self._raster(data)
        return self._other(data)

    def _dle(self, data: bytearray) -> tuple[int, bytes]:
        """Real-time commands were obeyed on arrival; here they are only passed over."""
        if data[1] in (0x04, 0x05):
            return self._skip(data, 3)
        if data[1] == 0x14:
            if len(data) < 3:
                return 0, b""
            return self._skip(data, 10 if data[2] == 8 else 5)
        return 1, b""

    def _other(self, data: bytearray) -> tuple[int, bytes]:
        command = bytes(data[:2])
        if command in _IGNORED:
            return self._skip(data, 2 + _IGNORED[command])
        self.unknown.append(command)
        return 2, b""

    def _skip(self, data: bytearray, size: int) -> tuple[int, bytes]:
        return (size, b"") if len(data) >= size else (0, b"")

    def _bit_image(self, data: bytearray) -> tuple[int, bytes]:
        if len(data) < 5:
            return 0, b""
        wide = int.from_bytes(data[3:5], "little")
        depth = 3 if data[2] in (32, 33) else 1
        if len(data) < 5 + wide * depth:
            return 0, b""
        columns = bytes(data[5 : 5 + wide * depth])
        if data[2] == 33:
            self._add(Mark("", columns=columns))
        else:
            self.unknown.append(bytes(data[:3]))
        return 5 + wide * depth, b""

    def _cut(self, data: bytearray) -> tuple[int, bytes]:
        if len(data) < 3:
            return 0, b""
        size = 4 if data[2] in (65, 66, 97, 98, 103, 104) else 3
        if len(data) < size:
            return 0, b""
        self._flush()
        if self.cutter and self.slips[-1].items:
            if size == 4:
                self._put_paper(Space(PITCH_DOTS * 3))  # from the head to the knife
            self.slips[-1].cut = True
            self.slips.append(Slip(self.paper_dots))
        return size, b""

    def _raster(self, data: bytearray) -> tuple[int, bytes]:
        if len(data) < 8:
            return 0, b""
        wide, high = int.from_bytes(data[4:6], "little"), int.from_bytes(data[6:8], "little")
        if len(data) < 8 + wide * high:
            return 0, b""
        self._flush()
        self._put_paper(Raster(wide, high, bytes(data[8 : 8 + wide * high]), self._align))
        return 8 + wide * high, b""

    def _block(self, data: bytearray) -> tuple[int, bytes]:
        """GS ( letter pL pH …"""
        if len(data) < 5:
            return 0, b""
        length = int.from_bytes(data[3:5], "little")
        size = 5 + length
        if len(data) < size:
            return 0, b""
        letter, body = data[2:3], bytes(data[5:size])
        if letter == b"k":
            self._qr_function(body)
        elif letter == b"H" and body[:2] == b"00" and length == 6:
            self._flush()
            return size, b"\x37\x22" + body[2:6] + b"\x00" if self.answers_gs_h else b""
        else:
            self.unknown.append(bytes(data[:3]))
        return size, b""

    def _qr_function(self, body: bytes) -> None:
        function, values = body[:2], body[2:]
        value = values[0] if values else 0
        if function == b"1C":
            self._module = value if 1 <= value <= 16 else self._module
        elif function == b"1E":
            self._level = "LMQH"[value - 48] if 48 <= value <= 51 else self._level
        elif function == b"1P":
            self._qr = values[1:]
        elif function == b"1Q":
            self._flush()
            self._put_paper(Code(self._qr.decode("latin-1"), self._module, self._level, self._align))
        elif function != b"1A":
            self.unknown.append(body[:2])

    # -- the print head

    def _put(self, char: str, cells: int) -> None:
        self._add(Mark(char, cells, self._wide, self._high, self._bold))

    def _add(self, mark: Mark) -> None:
        if self._line_dots + mark.dots_wide > self.paper_dots:
            self._print_line()
            self.overflows += 1
        self._marks.append(mark)
        self._line_dots += mark.dots_wide

    def _flush(self) -> None:
        if self._marks:
            self._print_line()

    def _print_line(self) -> None:
        self._put_paper(TextLine(tuple(self._marks), self._align))
        self._forget_line()

    def _put_paper(self, item: Item) -> None:
        if self.lines_left is not None:
            if self.lines_left <= 0:
                raise OutOfPaperError
            self.lines_left -= 1
        self.slips[-1].items.append(item)
        self.printed_lines += 1
