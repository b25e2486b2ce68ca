"""The far end of a keyboard-wedge scanner for demos and tests: writes input events into a pty."""

from __future__ import annotations

import time
from pathlib import Path

from drivers.far_end import PtySender
from drivers.scanner.keys import (
    ENTER,
    EV_KEY,
    EV_SYN,
    EVENT,
    KEYPAD_ENTER,
    LEFT_SHIFT,
    PLAIN,
    PRESSED,
    RELEASED,
    SHIFTED,
    SYN_DROPPED,
    TAB,
)

ENDS = {"enter": ENTER, "keypad": KEYPAD_ENTER, "tab": TAB}
_KEYPAD_FIRST = 71  # digits are typed on the row, not on the keypad
_KEY_OF = {sign: (code, False) for code, sign in PLAIN.items() if code < _KEYPAD_FIRST and code != 55}
_KEY_OF |= {
    sign: (code, True) for code, sign in SHIFTED.items() if code < _KEYPAD_FIRST and sign not in _KEY_OF
}


class HidFarEnd(PtySender):
    """A scanner that types, on a pty; stamps are of the wall clock, as the kernel's until asked otherwise."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path, "hid-scanner")

    @property
    def address(self) -> str:
        """What the driver takes."""
        return f"hid:{self.path}"

    def scan(self, text: str, end: str = "enter", *, age_s: float = 0.0, key_pause_s: float = 0.0) -> None:
        """Type one code, ended by "enter", "keypad", "tab" or ""; `age_s` ago by its stamps."""
        keys = [
            *typing(text, time.time() - age_s),
            *([press(ENDS[end], time.time() - age_s)] if end else []),
        ]
        if key_pause_s <= 0:
            self.send(b"".join(keys))
            return
        for key in keys:
            self.send(key)
            time.sleep(key_pause_s)  # the slow typist is what is simulated

    def overrun(self) -> None:
        """Say that events were lost, as the kernel does when nobody read them in time."""
        self.send(event(EV_SYN, SYN_DROPPED, 0, time.time()))


def event(kind: int, code: int, value: int, at_s: float) -> bytes:
    """One input event."""
    return EVENT.pack(int(at_s), int(at_s % 1 * 1_000_000), kind, code, value)


def typing(text: str, at_s: float) -> list[bytes]:
    """The events of each character of an ASCII text; KeyError for one that no key of the US layout types."""
    return [press(code, at_s, shift) for code, shift in (_KEY_OF[sign] for sign in text)]


def press(code: int, at_s: float, shift: bool = False) -> bytes:
    """The events of one key going down and up again."""
    report = event(EV_SYN, 0, 0, at_s)
    key = event(EV_KEY, code, PRESSED, at_s) + report + event(EV_KEY, code, RELEASED, at_s) + report
    if not shift:
        return key
    held = event(EV_KEY, LEFT_SHIFT, PRESSED, at_s) + report
    return held + key + event(EV_KEY, LEFT_SHIFT, RELEASED, at_s) + report
