"""Reads a hand scanner on a serial line (or behind tcp://); the cutting into codes lives in framing."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs

from drivers.scanner.framing import GAP_S
from drivers.scanner.line import LineScanner
from drivers.wire import Wire, open_wire

GAP_BYTES = 4  # a gap lasts at least this many bytes of a slow line, else it would part bytes of one code
BITS_A_BYTE = 10  # 8N1: a start bit, eight, a stop bit


class SerialScanner(LineScanner):
    """A Reader for scanners that send text: "serial:/dev/ttyUSB0?baud=9600" or "tcp://host:port"."""

    kind = "serial-scanner"

    def __init__(
        self,
        address: str,
        *,
        name: str = "scanner",
        gap_s: float | None = None,
        opener: Callable[[str], Wire] = open_wire,
    ) -> None:
        super().__init__(address, name, _gap_s(address) if gap_s is None else gap_s, opener)


def _gap_s(address: str) -> float:
    """How long a silence ends a code at the address's speed; GAP_S from 1,333 baud upwards."""
    words = parse_qs(address.partition("?")[2]).get("baud", [])
    baud = int(words[0]) if words and words[0].isdecimal() else 0
    return max(GAP_S, GAP_BYTES * BITS_A_BYTE / baud) if baud else GAP_S
