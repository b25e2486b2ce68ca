"""Reads live frames: which stages a frame gets, and when a code seen counts as shown; owns no camera."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from drivers.scanner.stages import ALL, QR_ONLY, Stage, ZbarReader, run, zbar_here
from drivers.scanner.types import Code

if TYPE_CHECKING:
    from drivers.scanner.stages import Gray

# Every frame gets FIRST until one stage finds something; a frame in which they find nothing gets one of EXTRA
# in turn, so that an idle frame stays cheap and a few frames have the union of all. Filtered and half-size
# stages read QR only: bars there gave false reads.
FIRST = (
    Stage("half", "zxing", QR_ONLY),
    Stage("none", "zxing", ALL),
)
EXTRA = (
    Stage("band", "zxing", QR_ONLY),
    Stage("none", "zbar", ALL),
    Stage("even", "zxing", QR_ONLY),
    Stage("blur", "zxing", QR_ONLY),
    Stage("clahe-double-sharp", "zxing", QR_ONLY),
)

CONFIRM_BARS = 2  # frames that must agree on a bar code, which has little or no check of its own
CONFIRM_S = 1.0  # …within this time
LIFT_S = 1.5  # a code not seen for this long was taken away; shown again it counts again
HELD_MAXIMUM = 32  # codes in view that are remembered


class Cascade:
    """Decodes frame after frame; `zbar` says where zbar runs (pyzbar may kill its process)."""

    def __init__(self, zbar: ZbarReader = zbar_here, extra: tuple[Stage, ...] = EXTRA) -> None:
        self._zbar = zbar
        self._extra = extra
        self._turn = 0

    def look(self, gray: Gray) -> list[Code]:
        """The codes in one gray frame, each once."""
        for stage in FIRST:
            if codes := run(stage, gray, self._zbar):
                return list(dict.fromkeys(codes))
        if not self._extra:
            return []
        stage = self._extra[self._turn % len(self._extra)]
        self._turn += 1
        return list(dict.fromkeys(run(stage, gray, self._zbar)))


class Presence:
    """Turns codes seen in frames into codes shown by a person: bars confirmed, and each once until lifted.

    Times are seconds of one steady clock, given by the caller and never going back.
    """

    def __init__(self, *, lift_s: float = LIFT_S) -> None:
        self._lift_s = lift_s
        self._held: dict[Code, float] = {}  # published and still in view: last seen
        self._once: dict[Code, tuple[int, float]] = {}  # bars on probation: times seen, last seen

    @property
    def held(self) -> frozenset[Code]:
        """The codes shown and not yet lifted, as of the last frame told."""
        return frozenset(self._held)

    def seen(self, codes: Iterable[Code], now_s: float) -> list[Code]:
        """Tell what a frame showed (also when nothing); returns what has now been shown, once each."""
        self._forget(now_s)
        shown: list[Code] = []
        for code in dict.fromkeys(codes):
            if code in self._held:
                self._held[code] = now_s
            elif len(self._held) < HELD_MAXIMUM and self._confirmed(code, now_s):
                self._held[code] = now_s
                shown.append(code)
        return shown

    def unchanged(self, now_s: float) -> None:
        """Tell that nothing moved since the last frame: what was in view still is, without looking."""
        self._held = dict.fromkeys(self._held, now_s)

    def _confirmed(self, code: Code, now_s: float) -> bool:
        if code.symbology == "QR":
            return True
        times = self._once.pop(code, (0, 0.0))[0] + 1
        if times >= CONFIRM_BARS:
            return True
        if len(self._once) < HELD_MAXIMUM:
            self._once[code] = (times, now_s)
        return False

    def _forget(self, now_s: float) -> None:
        self._held = {code: at_s for code, at_s in self._held.items() if now_s - at_s <= self._lift_s}
        self._once = {code: seen for code, seen in self._once.items() if now_s - seen[1] <= CONFIRM_S}
