"""Cuts a serial scanner's bytes into codes and names their symbology; pure, without clock or wire."""

from __future__ import annotations

import re
from collections import Counter

from drivers.base import Symbology
from drivers.scanner.types import CODE_MAXIMUM, Code, ean13_holds, why_unfit

GAP_S = 0.03  # scanners without a suffix pause at least this long after a code
_ENDS = re.compile(rb"[\r\n]")
# AIM symbology identifiers (ISO/IEC 15424): "]", a letter for the symbology, a modifier.
_AIM = re.compile(r"\](?P<letter>[A-Za-z])(?P<modifier>[0-9A-Za-z])")
_SYMBOLOGIES: dict[str, Symbology] = {"Q": "QR", "C": "CODE128", "E": "EAN13"}


class Framer:
    """Collects bytes; a code ends with CR, LF, both, or a silence that the caller observed.

    What cannot be a code is counted in `rejected` by reason: "too-long", "empty", "control", "garbage"
    (no UTF-8), "symbology" (one we do not read), "check-digit".
    """

    def __init__(self) -> None:
        self.rejected: Counter[str] = Counter()
        self._held = bytearray()
        self._too_long = False

    @property
    def pending(self) -> bool:
        """Whether bytes of an unfinished code wait; then a silence of GAP_S must be told by gap()."""
        return bool(self._held) or self._too_long

    def feed(self, data: bytes) -> list[Code]:
        """Take bytes in any portions; returns the codes they completed, in order."""
        *ended, rest = _ENDS.split(data)
        codes: list[Code] = []
        for part in ended:
            self._hold(part)
            codes += self.gap()
        self._hold(rest)
        return codes

    def gap(self) -> list[Code]:
        """The line was silent: what is held is a whole code, if it is one."""
        if not self.pending:
            return []
        raw, too_long = bytes(self._held), self._too_long
        self._held.clear()
        self._too_long = False
        if too_long:
            return self._reject("too-long")
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            return self._reject("garbage")
        return self._name(text)

    def _hold(self, part: bytes) -> None:
        """Keep bytes up to the maximum; the rest of a longer one is not stored, only remembered as such."""
        if self._too_long or len(self._held) + len(part) > CODE_MAXIMUM:
            self._too_long = True
            self._held.clear()
            return
        self._held += part

    def _name(self, text: str) -> list[Code]:
        symbology: Symbology = ""
        aim = _AIM.match(text)
        if aim:
            if aim["letter"] not in _SYMBOLOGIES or aim[0] == "]E4":  # ]E4 is EAN-8
                return self._reject("symbology")
            symbology = _SYMBOLOGIES[aim["letter"]]
            text = text[aim.end() :]
        text = text.strip()
        if why := why_unfit(text):
            return self._reject(why)
        if symbology == "EAN13":
            text = text.zfill(13) if len(text) == 12 else text  # UPC-A is EAN-13 with a leading zero
            if not ean13_holds(text):
                return self._reject("check-digit")
        return [Code(symbology, text)]

    def _reject(self, why: str) -> list[Code]:
        self.rejected[why] += 1
        return []
