"""Reads live frames: which stages a frame gets, and when a code seen counts as shown; owns no camera."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from drivers.scanner.places import Look
from drivers.scanner.stages import BARS_ONLY, EAN_ONLY, QR_ONLY, Stage, ZbarReader, run, zbar_here
from drivers.scanner.types import Code

if TYPE_CHECKING:
    from drivers.scanner.stages import Gray

# Every frame gets FIRST until one stage finds something. A frame in which they find nothing gets one of TURNS
# too, so that it stays cheap and ten frames have the union of all; a stage whose part of the picture is not
# there costs nothing and passes its turn on. Half-size and filtered pictures are for QR only, bars there gave
# false reads; "strips" are bars made straight, each believed by two rows.
FIRST = (
    Stage("half", "zxing", QR_ONLY),
    Stage("none", "zxing", QR_ONLY),
)
TURNS = (
    Stage("none", "zxing", BARS_ONLY),
    Stage("band", "zxing", QR_ONLY, "block"),
    Stage("strips", "zxing", BARS_ONLY, "bars"),
    Stage("line-1", "digits", EAN_ONLY, "bars"),
    Stage("double", "zxing", QR_ONLY, "block"),
    Stage("line-1", "blurred", EAN_ONLY, "bars"),
    Stage("strips", "zbar", BARS_ONLY, "bars"),
    Stage("clahe-double", "zxing", QR_ONLY, "block"),
    Stage("line-2", "digits", EAN_ONLY, "bars"),
    Stage("none", "zxing-global", QR_ONLY, "busy"),
    Stage("even", "zxing", QR_ONLY, "block"),
    Stage("threshold", "zxing", QR_ONLY, "busy"),
)
# What confirms in the next frame what one line showed: there two lines must agree.
CHECKS = {
    "digits": Stage("none", "digits", EAN_ONLY, "bars"),
    "blurred": Stage("three-lines", "blurred", EAN_ONLY, "bars"),
}
SKIPS_MOST = 2  # stages without their part that one frame may pass over

CONFIRM_BARS = 2  # frames that must agree on a bar code, which has little or no check of its own
CONFIRM_S = 1.0  # …within this time
LIFT_S = 1.5  # a code not seen for this long was taken away; shown again it counts again
HELD_MAXIMUM = 32  # codes in view that are remembered


class Cascade:
    """Decodes frame after frame; `zbar` says where zbar runs (pyzbar may kill its process)."""

    def __init__(self, zbar: ZbarReader = zbar_here, turns: tuple[Stage, ...] = TURNS) -> None:
        self._zbar = zbar
        self._turns = turns
        self._turn = 0
        self._again: Stage | None = None

    def look(self, gray: Gray) -> list[Code]:
        """The codes in one gray frame, each once."""
        look = Look(gray)
        for stage in FIRST:
            if codes := run(stage, look, self._zbar):
                return list(dict.fromkeys(codes))
        again, self._again = self._again, None
        if again is not None:
            return list(dict.fromkeys(run(again, look, self._zbar) or ()))
        for _ in self._turns[: 1 + SKIPS_MOST]:
            stage = self._turns[self._turn % len(self._turns)]
            self._turn += 1
            codes = run(stage, look, self._zbar)
            if codes is None:
                continue
            if codes and stage.symbologies != QR_ONLY:
                # Bars must be seen in two frames: the next one is looked at the same way.
                self._again = CHECKS.get(stage.decoder, stage)
            return list(dict.fromkeys(codes))
        return []


class Presence:
    """Turns codes seen in frames into codes shown by a person: bars confirmed, and each once until lifted.

    Times are seconds of one steady clock, given by the caller and never going back.
    """

    def __init__(self, *, lift_s: float = LIFT_S) -> None:
        self.crowded = 0  # how often a code in a frame was passed over, HELD_MAXIMUM others being remembered
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
            elif len(self._held) >= HELD_MAXIMUM:
                self.crowded += 1
            elif self._confirmed(code, now_s):
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
        else:
            self.crowded += 1
        return False

    def _forget(self, now_s: float) -> None:
        self._held = {code: at_s for code, at_s in self._held.items() if now_s - at_s <= self._lift_s}
        self._once = {code: seen for code, seen in self._once.items() if now_s - seen[1] <= CONFIRM_S}
