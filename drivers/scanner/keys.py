"""Turns the key events of a keyboard-wedge scanner into the text it typed; pure, without clock or file.

An event of the Linux input layer is 24 bytes on 64-bit machines (linux/input.h, struct input_event):

    seconds 8 | microseconds 8 | type 2 | code 2 | value 4     little-endian, signed but type and code

Type 1 is a key: value 1 pressed, 0 released, 2 repeated. Type 0 parts one report from the next; its code 3
says that the kernel threw events away.
"""

from __future__ import annotations

import struct

EVENT = struct.Struct("<qqHHi")
EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3
RELEASED, PRESSED, REPEATED = 0, 1, 2
LEFT_CTRL, LEFT_SHIFT, RIGHT_SHIFT, CAPS_LOCK, RIGHT_CTRL = 29, 42, 54, 58, 97
ENTER, TAB, KEYPAD_ENTER = 28, 15, 96
END = b"\r"
SPOILT = b"\xff"  # no UTF-8 has this byte: the code it falls into is refused as garbage

_SECONDS_MAXIMUM = 1 << 32  # by either clock, until 2106
_TYPE_MAXIMUM = 0x1F  # EV_MAX, and so on
_SYN_MAXIMUM = 0x0F
_KEY_MAXIMUM = 0x2FF
_SILENT = frozenset({LEFT_CTRL, LEFT_SHIFT, RIGHT_SHIFT, CAPS_LOCK, RIGHT_CTRL, 56, 69, 70, 100, 125, 126})
_SHIFTS = frozenset({LEFT_SHIFT, RIGHT_SHIFT})
_CTRLS = frozenset({LEFT_CTRL, RIGHT_CTRL})
# US layout: first key code of a row, what its keys give, what they give with shift.
_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
_KEYPAD = {55: "*", 71: "7", 72: "8", 73: "9", 74: "-", 75: "4", 76: "5", 77: "6", 78: "+", 79: "1"}
_KEYPAD |= {80: "2", 81: "3", 82: "0", 83: ".", 98: "/", 117: "=", 121: ","}
PLAIN = {first + at: sign for first, row, _ in _ROWS for at, sign in enumerate(row)} | _KEYPAD
SHIFTED = {first + at: sign for first, _, row in _ROWS for at, sign in enumerate(row)} | _KEYPAD


class KeyDecoder:
    """Takes the bytes of events in any portions; gives typed bytes, each run with the time of its last key.

    Enter, keypad Enter and Tab give END. Bytes that are no event, keys that type nothing, and events the
    kernel lost give SPOILT, so that the code they fall into is refused rather than passed on with a hole.
    """

    def __init__(self) -> None:
        self._held = bytearray()
        self._down: set[int] = set()
        self._caps = False
        self._astray = False

    @property
    def pending(self) -> bool:
        """Whether part of an event, or a key that went down, waits for the rest; gap() gives it up."""
        return bool(self._held or self._down or self._caps)

    def feed(self, data: bytes) -> list[tuple[bytes, float]]:
        """What these bytes typed, cut behind each END: (text, seconds by the stamp of its last key)."""
        self._held += data
        runs: list[tuple[bytes, float]] = []
        text = bytearray()
        at, stamp_s = 0, 0.0
        while at + EVENT.size <= len(self._held):
            seconds, micros, kind, code, value = EVENT.unpack_from(self._held, at)
            if not _is_event(seconds, micros, kind, code, value):
                at += 1  # look for the next event at every byte
                typed = b"" if self._astray else SPOILT
                self._astray = True
            else:
                at += EVENT.size
                self._astray = False
                typed = self._event(kind, code, value)
                stamp_s = seconds + micros / 1e6 if typed else stamp_s
            text += typed
            if typed == END:
                runs.append((bytes(text), stamp_s))
                text.clear()
        del self._held[:at]
        if text:
            runs.append((bytes(text), stamp_s))
        return runs

    def gap(self) -> bytes:
        """The device was silent: half an event never gets its rest; SPOILT if there was one. Keys are up."""
        spoilt = SPOILT if self._held else b""
        self._held.clear()
        self._down.clear()
        self._caps = False
        self._astray = False
        return spoilt

    def _event(self, kind: int, code: int, value: int) -> bytes:
        if kind == EV_SYN and code == SYN_DROPPED:
            self._down.clear()
            return SPOILT
        if kind != EV_KEY or value == REPEATED:  # a scanner holds no key; a repeat is a release gone missing
            return b""
        if value == RELEASED:
            self._down.discard(code)
            return b""
        self._down.add(code)
        if code == CAPS_LOCK:
            self._caps = not self._caps
        return b"" if code in _SILENT else self._typed(code)

    def _typed(self, code: int) -> bytes:
        if code in (ENTER, TAB, KEYPAD_ENTER):
            return END
        sign = PLAIN.get(code, "")
        if not sign:
            return SPOILT
        shifted = bool(self._down & _SHIFTS) != (self._caps and sign.isalpha())
        if self._down & _CTRLS and 0x40 <= ord(sign.upper()) < 0x60:
            return bytes([ord(sign.upper()) & 0x1F])  # as a terminal does: Ctrl+] is GS
        return (SHIFTED[code] if shifted else sign).encode("ascii")


def _is_event(seconds: int, micros: int, kind: int, code: int, value: int) -> bool:
    if not (0 <= seconds < _SECONDS_MAXIMUM and 0 <= micros < 1_000_000):
        return False
    if kind == EV_SYN:
        return code <= _SYN_MAXIMUM and 0 <= value <= 1
    if kind == EV_KEY:
        return code <= _KEY_MAXIMUM and RELEASED <= value <= REPEATED
    return kind <= _TYPE_MAXIMUM
