"""The camera's own process: captures, notices change, decodes, tells its parent; lives no longer than that.

Usage: python -m drivers.scanner.eye SOURCE FD PARENT_PID ZBAR(0|1). Standard output carries one JSON array a
line: ["first"], ["shown", symbology, text, at_s], ["gone", symbology, text], ["rejected", why],
["crowded", sightings], ["lost", code, text]. Standard input carries nothing; its end means that the parent is
gone.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

import cv2

from drivers.base import DeviceError, Symbology
from drivers.scanner.capture import Capture
from drivers.scanner.cascade import TURNS, Cascade, Presence
from drivers.scanner.stages import zbar_here
from drivers.scanner.types import Code, why_unfit
from drivers.scanner.window import PREVIEW_HEIGHT_MAXIMUM, PREVIEW_WIDTH_MAXIMUM, Window

if TYPE_CHECKING:
    from drivers.scanner.stages import Gray

ACTIVE_S = 3.0  # after the last movement every frame is looked at for this long …
IDLE_LOOK_S = 1.0  # … then only one in this time
IDLE_PAUSE_S = 0.2  # and frames are taken only this often: so long it takes to notice that somebody came
MOVED_LEVELS = 8  # a cell of the thumbnail that changes by more than this is movement
THUMBNAIL = (64, 36)
BUSY_MOST = 0.6  # share of one core that looking may take: on a slow machine it looks at fewer frames
NICENESS = 5  # the screen goes before the camera
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve one camera until it is lost or the parent is gone."""
    source, fd, parent, zbar = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "1"
    _die_with(parent)
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # a library that prints must not garble the answers
    os.nice(NICENESS)
    cv2.setNumThreads(1)
    eye = _Eye(Window(fd), answers.write, zbar=zbar)
    try:
        with Capture(source) as capture:
            eye.watch(capture)
    except DeviceError as error:
        eye.tell("lost", error.code, str(error))


def _die_with(parent: int) -> None:
    """Never outlive the parent, however it ends: by signal, or when its end of our input closes."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)

    def wait() -> None:
        while os.read(0, 64):
            pass
        os._exit(0)

    threading.Thread(target=wait, name="parent", daemon=True).start()


class _Eye:
    """What is known from frame to frame."""

    def __init__(self, window: Window, write: object, *, zbar: bool) -> None:
        self._window = window
        self._write = write
        turns = TURNS if zbar else tuple(stage for stage in TURNS if stage.decoder != "zbar")
        self._cascade = Cascade(self._marked_zbar, turns)
        self._presence = Presence()
        self._reference: Gray | None = None
        self._moved_at_s = self._looked_at_s = self._rest_until_s = 0.0
        self._rejected: set[Code] = set()

    def tell(self, *words: object) -> None:
        """One line to the parent."""
        self._write(json.dumps(words) + "\n")  # type: ignore[operator]

    def watch(self, capture: Capture) -> None:
        """Frame after frame, always the newest; DeviceError from the capture ends it."""
        first = True
        for frame, at_s, changed in capture.frames():
            self._window.beat(at_s, changed=changed)
            gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY) if frame.ndim == 3 else frame
            self._show(frame)
            if first:
                self.tell("first")
                first = False
            self._consider(gray, at_s)
            capture.pause_s = IDLE_PAUSE_S if at_s - self._moved_at_s > ACTIVE_S else 0.0

    def _consider(self, gray: Gray, at_s: float) -> None:
        """Look at the frame if something moved of late, or a second has passed."""
        if self._moved(gray):
            self._moved_at_s = at_s
        if at_s - self._moved_at_s > ACTIVE_S and at_s - self._looked_at_s < IDLE_LOOK_S:
            self._presence.unchanged(at_s)
            return
        if at_s - self._moved_at_s > ACTIVE_S:
            self._presence.unchanged(at_s)  # a look that fails on a picture that did not change lifts nothing
        if at_s < self._rest_until_s:
            return
        self._looked_at_s = at_s
        self._look(gray, at_s)
        looked_s = time.monotonic() - at_s
        self._rest_until_s = time.monotonic() + looked_s * (1 / BUSY_MOST - 1)

    def _look(self, gray: Gray, at_s: float) -> None:
        """Decode one frame and tell what was shown, lifted or rejected."""
        before, crowded = self._presence.held, self._presence.crowded
        fit: list[Code] = []
        for code in self._cascade.look(gray):
            why = why_unfit(code.text)
            if not why:
                fit.append(code)
            elif code not in self._rejected:
                self._rejected = {code}  # tell once while it is in view
                self.tell("rejected", why)
        for code in self._presence.seen(fit, at_s):
            self.tell("shown", code.symbology, code.text, at_s)
        if self._presence.crowded != crowded:
            self.tell("crowded", self._presence.crowded - crowded)
        for code in before - self._presence.held:
            self.tell("gone", code.symbology, code.text)

    def _moved(self, gray: Gray) -> bool:
        thumbnail = cv2.resize(gray, THUMBNAIL, interpolation=cv2.INTER_AREA)
        before, self._reference = self._reference, thumbnail
        if before is None:
            return True
        if int(cv2.absdiff(thumbnail, before).max()) > MOVED_LEVELS:
            return True
        self._reference = before  # compare with where stillness began: slow movement adds up
        return False

    def _show(self, frame: Gray) -> None:
        height, width = frame.shape[:2]
        scale = min(PREVIEW_WIDTH_MAXIMUM / width, PREVIEW_HEIGHT_MAXIMUM / height, 1.0)
        size = (max(1, int(width * scale)), max(1, int(height * scale)))
        small = cv2.resize(frame, size, interpolation=cv2.INTER_LINEAR)
        rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB if small.ndim == 3 else cv2.COLOR_GRAY2RGB)
        self._window.show(rgb.tobytes(), *size)

    def _marked_zbar(self, gray: Gray, symbologies: frozenset[Symbology]) -> list[Code]:
        self._window.in_zbar = True
        codes = zbar_here(gray, symbologies)
        self._window.in_zbar = False
        return codes


if __name__ == "__main__":
    main()
