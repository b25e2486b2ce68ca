"""Reads a hand scanner on a serial line (or behind tcp://); the cutting into codes lives in framing."""

from __future__ import annotations

from collections.abc import Callable

from drivers.scanner.framing import GAP_S
from drivers.scanner.line import LineScanner
from drivers.wire import BITS_A_BYTE, Wire, baud_of, open_wire

GAP_BYTES = 4  # a gap lasts at least this many bytes of a slow line, else it would part bytes of one code


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
    baud = baud_of(address)
    return max(GAP_S, GAP_BYTES * BITS_A_BYTE / baud) if baud else GAP_S
