"""The Reader for a camera: starts the process that looks, guards it, passes on what it shows."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from contextlib import suppress

from drivers.base import DeviceError, Scan
from drivers.scanner.types import CODE_MAXIMUM, Code
from drivers.scanner.window import Preview, Window

OPEN_TIMEOUT_S = 10.0  # importing OpenCV on a slow disk included
FRAME_AGE_MAXIMUM_S = 3.0  # a camera that gives no frame for this long is lost
FROZEN_S = 6.0  # no sensor gives the very same picture for this long
PREVIEW_AGE_MAXIMUM_S = 2.0
WAITING_MAXIMUM = 64  # scans read but not asked for yet; later ones are dropped and counted
LINE_MAXIMUM = 16 * CODE_MAXIMUM
RESUME_S = 3.0  # after a blip: what was in view before and is read again this soon was never lifted
REJECTED_SHOWN_S = 3.0


class CameraReader:
    """Reads codes held before a camera: index ("0"), device or video file path, or URL.

    Behind an index or device path may stand hints: "0?focus=30&exposure=200" (exposure in 0.1 ms).

    A video file starts again at its end. Codes are reported once until taken away, also over a blip.
    """

    kind = "camera"

    def __init__(self, source: str, *, name: str = "camera", python: str = sys.executable) -> None:
        self.name = name
        self._source = source
        self._python = python
        self._lock = threading.Lock()  # preview() comes from the screen's thread
        self._window: Window | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._partial = b""
        self._waiting: deque[Scan] = deque()
        self._in_view: set[Code] = set()
        self._before_blip: set[Code] = set()
        self._opened_at_s = 0.0
        self._zbar = True
        self._counts: Counter[str] = Counter()
        self._rejected_at_s = float("-inf")

    @property
    def warning(self) -> str:
        """ "rejected" shortly after a code was seen that cannot be one of ours, else ""."""
        return "rejected" if time.monotonic() - self._rejected_at_s < REJECTED_SHOWN_S else ""

    def counters(self) -> dict[str, int]:
        """Rejected codes by reason, scans dropped, times the process died, and codes passed over in a frame
        full of others ("crowded", in each frame anew)."""
        return dict(self._counts)

    @property
    def pid(self) -> int | None:
        """The process that looks, while there is one."""
        return self._process.pid if self._process else None

    def open(self) -> None:
        """Start the process and wait for live frames; DeviceError "absent", "busy", "silent" or "frozen"."""
        window = Window()
        with self._lock:
            self._window = window
        self._partial = b""
        zbar = "1" if self._zbar else "0"
        command = [
            self._python,
            "-m",
            "drivers.scanner.eye",
            self._source,
            str(window.fd),
            str(os.getpid()),
            zbar,
        ]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # FFmpeg and zbar talk to themselves there
            pass_fds=(window.fd,),
            bufsize=0,
            env=os.environ | _environment(),
        )
        self._before_blip |= self._in_view
        self._in_view.clear()
        start_s = time.monotonic()
        while not window.change_at_s:  # one frame proves nothing: a frozen source has that too
            now_s = time.monotonic()
            if now_s - start_s > OPEN_TIMEOUT_S:
                raise DeviceError(f"{self._source}: no frame in {OPEN_TIMEOUT_S:g} s", code="silent")
            if window.frame_at_s - window.first_at_s > FROZEN_S:
                raise DeviceError(f"{self._source}: the same picture for {FROZEN_S:g} s", code="frozen")
            self._take(0.05)
        self._opened_at_s = time.monotonic()

    def read(self, timeout_s: float) -> Scan | None:
        """The next code shown, or None; DeviceError "unplugged", "silent", "frozen" or "died"."""
        deadline = time.monotonic() + timeout_s
        while not self._waiting:
            left_s = deadline - time.monotonic()
            self._take(max(0.0, left_s))
            self._check_pulse()
            if left_s <= 0:
                break
        return self._waiting.popleft() if self._waiting else None

    def preview(self) -> Preview | None:
        """The newest small picture, None when there is none of late; safe from any one other thread."""
        with self._lock:
            if self._window is None or time.monotonic() - self._window.frame_at_s > PREVIEW_AGE_MAXIMUM_S:
                return None
            return self._window.newest()

    def cancel(self) -> None:
        """Make an open() or read() that waits on its own thread end soon; safe from any thread."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process, without waiting for a source that hangs."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()
        with self._lock:
            if self._window is not None:
                self._window.close()
                self._window = None

    def _check_pulse(self) -> None:
        if self._window is None:
            raise DeviceError(f"{self._source}: not open", code="closed")
        now_s = time.monotonic()
        if now_s - self._opened_at_s > RESUME_S:
            self._before_blip.clear()
        if now_s - self._window.frame_at_s > FRAME_AGE_MAXIMUM_S:
            raise DeviceError(f"{self._source}: no frame for {FRAME_AGE_MAXIMUM_S:g} s", code="silent")
        if self._window.frame_at_s - self._window.change_at_s > FROZEN_S:
            raise DeviceError(f"{self._source}: the same picture for {FROZEN_S:g} s", code="frozen")

    def _take(self, timeout_s: float) -> None:
        """Wait for the process to say something and deal with all of it; DeviceError when it ended."""
        process = self._process
        if process is None or process.stdout is None:
            raise DeviceError(f"{self._source}: not open", code="closed")
        ready, _, _ = select.select([process.stdout], [], [], timeout_s)
        if not ready:
            return
        data = process.stdout.read(65536)
        if not data:
            raise self._death(process)
        *lines, self._partial = (self._partial + data).split(b"\n")
        if len(self._partial) > LINE_MAXIMUM:
            raise DeviceError(f"{self._source}: the camera process talks nonsense", code="died")
        for line in lines:
            self._hear(*json.loads(line))

    def _hear(self, word: str, *details: str | float) -> None:
        if word == "lost":
            raise DeviceError(str(details[1]), code=str(details[0]))
        if word == "rejected":
            self._counts[f"rejected:{details[0]}"] += 1
            self._rejected_at_s = time.monotonic()
        elif word == "crowded":
            self._counts["crowded"] += int(details[0])
        elif word == "shown":
            self._show(Code(details[0], str(details[1])), float(details[2]))  # type: ignore[arg-type]
        elif word == "gone":
            self._in_view.discard(Code(details[0], str(details[1])))  # type: ignore[arg-type]

    def _show(self, code: Code, at_s: float) -> None:
        self._in_view.add(code)
        if code in self._before_blip:
            self._before_blip.discard(code)
            return
        if len(self._waiting) >= WAITING_MAXIMUM:
            self._counts["dropped"] += 1
            return
        self._waiting.append(Scan(self.name, code.symbology, code.text, at_s))

    def _death(self, process: subprocess.Popen[bytes]) -> DeviceError:
        """The process ended by itself; if zbar killed it, the next one does without."""
        with suppress(subprocess.TimeoutExpired):
            process.wait(1.0)
        self._counts["died"] += 1
        if self._window is not None and self._window.in_zbar:
            self._zbar = False
            return DeviceError(f"{self._source}: zbar killed the process; going on without it", code="died")
        return DeviceError(f"{self._source}: the camera process ended ({process.returncode})", code="died")


def _environment() -> dict[str, str]:
    """Quiet libraries, and no proxy for a camera on this machine: FFmpeg would ask it for 127.0.0.1 too."""
    direct = [os.environ.get("no_proxy", ""), "127.0.0.1", "localhost"]
    return {
        "OPENCV_LOG_LEVEL": "SILENT",
        "OPENCV_FFMPEG_LOGLEVEL": "-8",
        "no_proxy": ",".join(name for name in direct if name),
    }
