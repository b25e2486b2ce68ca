"""Frames from a camera, a video file or a URL through OpenCV, always the newest one; decodes no codes."""

from __future__ import annotations

import errno
import os
import struct
import threading
import time
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

import cv2

from drivers.base import DeviceError

if TYPE_CHECKING:
    from drivers.scanner.stages import Gray

OPEN_TIMEOUT_MS = 4000
READ_TIMEOUT_MS = 2500
WIDTH, HEIGHT = 1280, 720
FILE_RATE_HZ = 15.0  # when a video file does not say
# V4L2 counts exposure in steps of 0.1 ms; 1 and 3 are its words for "as told" and "by itself".
EXPOSURE_TOLD, EXPOSURE_ITSELF = 1.0, 3.0
_REQUEST_BUFFERS = 0xC0145608  # VIDIOC_REQBUFS of linux/videodev2.h, and two of its words
_VIDEO_CAPTURE, _MEMORY_MAPPED = 1, 1
SAMPLE_STEP = 16  # every 16th pixel of every 16th row tells a frozen picture from a live one


class Capture:
    """An open source. A thread of its own reads it, so that a slow look never falls behind the camera."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._file = _is_file(source)
        self._camera = _open(source)
        self._fresh = threading.Condition()
        self._newest: tuple[Gray, float] | None = None
        self._ended: DeviceError | None = None
        self._stop = False
        self.skipped = 0  # frames that came while another was looked at
        self.pause_s = 0.0  # a frame that comes sooner after the last one is dropped before it costs anything
        self._thread = threading.Thread(target=self._grab_for_ever, name="grab", daemon=True)

    def __enter__(self) -> Capture:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop = True

    def frames(self) -> Iterator[tuple[Gray, float, bool]]:
        """For ever the newest frame, when it came (time.monotonic) and whether it differs from the last.

        Raises DeviceError when the source ends or cannot be read. Blocks as long as the source does.
        """
        sample = b""
        while True:
            with self._fresh:
                while self._newest is None and self._ended is None:
                    self._fresh.wait()
                if self._newest is None:
                    assert self._ended is not None
                    raise self._ended
                frame, at_s = self._newest
                self._newest = None
            before, sample = sample, frame[::SAMPLE_STEP, ::SAMPLE_STEP].tobytes()
            # Nobody films a file: there a still picture is a still picture.
            yield frame, at_s, self._file or (before != b"" and sample != before)

    def _grab_for_ever(self) -> None:
        rate_hz = self._camera.get(cv2.CAP_PROP_FPS) or FILE_RATE_HZ
        due_s = last_s = time.monotonic()
        any_frame = False
        while not self._stop:
            try:
                good, frame = self._camera.grab(), None
                if good and any_frame and not self._file and time.monotonic() - last_s < self.pause_s:
                    continue
                if good:
                    last_s = time.monotonic()
                    good, frame = self._camera.retrieve()
            except cv2.error:
                good, frame = False, None
            if not good or frame is None:
                if self._file and any_frame and self._open_anew():
                    any_frame = False  # a file begins again; one that gives nothing twice is lost
                    continue
                with self._fresh:
                    self._ended = DeviceError(f"{self._source}: no more frames", code="unplugged")
                    self._fresh.notify()
                return
            any_frame = True
            with self._fresh:
                self.skipped += self._newest is not None
                self._newest = (frame, time.monotonic())
                self._fresh.notify()
            if self._file:
                due_s += 1 / rate_hz
                time.sleep(max(0.0, due_s - time.monotonic()))

    def _open_anew(self) -> bool:
        """Begin a film again; not by winding back: FFmpeg goes on with what it holds of a file taken away."""
        try:
            self._camera = _open(self._source)
        except DeviceError:
            return False
        return True


def _is_camera(source: str) -> bool:
    return source.partition("?")[0].isdigit() or source.startswith("/dev/")


def _is_in_use(name: str) -> bool:
    """Whether another program streams from this V4L2 device: only then is asking for no buffers refused."""
    path = f"/dev/video{name}" if name.isdigit() else name
    try:
        with Path(path).open("r+b", buffering=0) as device:
            ioctl(device, _REQUEST_BUFFERS, struct.pack("=5I", 0, _VIDEO_CAPTURE, _MEMORY_MAPPED, 0, 0))
    except OSError as error:
        return error.errno == errno.EBUSY
    return False


def _is_file(source: str) -> bool:
    return not _is_camera(source) and "://" not in source


def _hints(source: str, text: str) -> list[tuple[int, float]]:
    """What `focus=…&exposure=…` asks of a camera; without them it does both by itself."""
    given = dict(parse_qsl(text, keep_blank_values=True))
    focus, exposure = given.pop("focus", "auto"), given.pop("exposure", "auto")
    if given or not all(value == "auto" or value.isdigit() for value in (focus, exposure)):
        raise DeviceError(f"{source}: only focus= and exposure=, a number or auto", code="bad-address")
    wanted: list[tuple[int, float]] = [(cv2.CAP_PROP_AUTOFOCUS, float(focus == "auto"))]
    if focus != "auto":
        wanted.append((cv2.CAP_PROP_FOCUS, float(focus)))
    wanted.append((cv2.CAP_PROP_AUTO_EXPOSURE, EXPOSURE_ITSELF if exposure == "auto" else EXPOSURE_TOLD))
    if exposure != "auto":
        wanted.append((cv2.CAP_PROP_EXPOSURE, float(exposure)))
    return wanted


def _open(source: str) -> cv2.VideoCapture:
    """Open with time-outs where the back end has them. Raises DeviceError "absent" or "busy"."""
    os.environ.setdefault("OPENCV_LOG_LEVEL", "SILENT")
    if _is_camera(source):
        name, _, hints = source.partition("?")
        wanted = _hints(source, hints)
        camera = cv2.VideoCapture(int(name) if name.isdigit() else name, cv2.CAP_V4L2)
        # Compressed frames: raw ones of this size exceed what USB 2 carries at 15 a second.
        camera.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        camera.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
        camera.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
        camera.set(cv2.CAP_PROP_BUFFERSIZE, 1)
        for prop, value in wanted:
            camera.set(prop, value)  # a camera that cannot do it goes on as it does
    else:
        if _is_file(source) and not Path(source).is_file():
            raise DeviceError(f"{source}: no such video file", code="absent")
        limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, OPEN_TIMEOUT_MS]
        limits += [cv2.CAP_PROP_READ_TIMEOUT_MSEC, READ_TIMEOUT_MS]
        camera = cv2.VideoCapture(source, cv2.CAP_FFMPEG, limits)
    if not camera.isOpened():
        if _is_camera(source) and _is_in_use(source.partition("?")[0]):
            raise DeviceError(f"{source}: another program has the camera", code="busy")
        raise DeviceError(f"{source}: the camera does not open", code="absent")
    return camera
