"""What a printer's answers mean: DLE EOT, GS r, automatic status, GS ( H, DLE DC4; pure, sends nothing.

Bits after Epson's ESC/POS reference; Chinese makers send the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Paper = Literal["ok", "near-end", "out", "unknown"]
Fault = Literal["", "paper-out", "cover-open", "error", "stalled"]

BLOCK_MAXIMUM = 64  # bytes of one answer that ends with NUL; what is longer is noise
_PROCESS_ID, _POWER_OFF = 0x22, 0x25


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """One look at a printer."""

    answered: bool  # False: it said nothing, or was not asked; the rest is not known
    online: bool
    paper: Paper
    cover_open: bool
    error: bool  # cutter, jam, overheated head, or one that only a technician mends

    @property
    def fault(self) -> Fault:
        """Why it cannot print now, as a code; "" where it can."""
        if not self.answered:
            return "" if self.online else "stalled"
        if self.cover_open:
            return "cover-open"
        if self.paper == "out":
            return "paper-out"
        if self.error:
            return "error"
        return "" if self.online else "error"


NOT_ASKED = PrinterStatus(answered=False, online=True, paper="unknown", cover_open=False, error=False)
SILENT = PrinterStatus(answered=False, online=False, paper="unknown", cover_open=False, error=False)


@dataclass(frozen=True, slots=True)
class RealTime:
    """One byte answering DLE EOT; which of 1 to 4 it answers is known only by order."""

    byte: int


@dataclass(frozen=True, slots=True)
class Queued:
    """One byte answering GS r: everything sent before it has been printed."""

    byte: int


@dataclass(frozen=True, slots=True)
class Finished:
    """GS ( H fn 48: everything before the token has been printed."""

    token: bytes


@dataclass(frozen=True, slots=True)
class Cleared:
    """DLE DC4 fn 8: receive buffer and print buffer are empty."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """Four bytes of automatic status back (GS a), sent by the printer on its own."""

    status: PrinterStatus


Answer = RealTime | Queued | Finished | Cleared | Automatic


def is_real_time(byte: int) -> bool:
    """Whether a byte can be an answer to DLE EOT."""
    return byte & 0x93 == 0x12


def decode_real_time(answers: Sequence[int]) -> PrinterStatus:
    """The four answers to DLE EOT 1, 2, 3, 4. Raises `ValueError` where a byte is no such answer."""
    if len(answers) != 4 or not all(map(is_real_time, answers)):
        raise ValueError("not four answers to DLE EOT")
    first, second, third, fourth = answers
    out = fourth & 0x60 != 0 or second & 0x20 != 0
    return PrinterStatus(
        answered=True,
        online=first & 0x08 == 0,
        paper="out" if out else "near-end" if fourth & 0x0C else "ok",
        cover_open=second & 0x04 != 0,
        error=second & 0x40 != 0 or third & 0x68 != 0,
    )


def decode_paper(byte: int) -> Paper:
    """The answer to GS r 1."""
    return "out" if byte & 0x0C else "near-end" if byte & 0x03 else "ok"


def decode_automatic(block: bytes) -> PrinterStatus:
    """Four bytes of automatic status. Raises `ValueError` where they are none."""
    if len(block) != 4 or block[0] & 0x93 != 0x10 or any(byte & 0x90 for byte in block[1:]):
        raise ValueError("not an automatic status")
    return PrinterStatus(
        answered=True,
        online=block[0] & 0x08 == 0,
        paper=decode_paper(block[2]),
        cover_open=block[0] & 0x20 != 0,
        error=block[1] & 0x68 != 0,
    )


class AnswerReader:
    """Cuts what a printer sends into answers, whatever pieces it arrives in; noise is left out."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self.noise = 0  # bytes so far that belong to no answer

    def feed(self, data: bytes) -> list[Answer]:
        """The answers that are complete with `data`."""
        self._rest += data
        answers: list[Answer] = []
        while self._rest:
            size, answer = self._next()
            if size == 0:
                break
            del self._rest[:size]
            if answer is not None:
                answers.append(answer)
            elif size == 1:  # a block of a kind nobody asked for is an answer all the same, and longer
                self.noise += 1
        return answers

    def _next(self) -> tuple[int, Answer | None]:
        """(bytes used, answer): 0 bytes when more must come first."""
        first = self._rest[0]
        if first == 0x37:
            return self._block()
        if is_real_time(first):
            return 1, RealTime(first)
        if first & 0x93 == 0x10:
            if len(self._rest) < 4 and not any(byte & 0x90 for byte in self._rest[1:]):
                return 0, None
            try:
                return 4, Automatic(decode_automatic(bytes(self._rest[:4])))
            except ValueError:
                return 1, None
        if first & 0xF0 == 0:
            return 1, Queued(first)
        return 1, None

    def _block(self) -> tuple[int, Answer | None]:
        """Header 37h, kind, printable characters, NUL; anything else is noise that begins like one."""
        if len(self._rest) > 1 and not 0x20 <= self._rest[1] <= 0x7E:
            return 1, None
        for end in range(2, min(len(self._rest), BLOCK_MAXIMUM)):
            if self._rest[end] == 0:
                return end + 1, self._block_answer(self._rest[1], bytes(self._rest[2:end]))
            if not 0x20 <= self._rest[end] <= 0x7E:
                return 1, None
        return (1, None) if len(self._rest) >= BLOCK_MAXIMUM else (0, None)

    def _block_answer(self, kind: int, body: bytes) -> Answer | None:
        if kind == _PROCESS_ID:
            return Finished(body)
        return Cleared() if kind == _POWER_OFF else None
