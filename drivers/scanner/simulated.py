"""The far ends of scanner wires for demos and tests: a hand scanner on a pty and a camera on HTTP."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal

from drivers.far_end import PtySender

if TYPE_CHECKING:
    from drivers.scanner.stages import Gray

FRAME_RATE_HZ = 15.0
FRAME_SIZE = (1280, 720)
CARD_WIDTH_PX = 620  # a bank-card-sized card at about 20 cm
CODE_WIDTH_PX = 240  # a picture that is not wider than high: a code alone
PORTION_PAUSE_S = 0.005
ROOMS = 4  # backgrounds with different noise, shown in turn
Fault = Literal["", "freeze", "silence", "garbage", "drop"]


class ScannerFarEnd(PtySender):
    """A hand scanner on a serial line that is a pty."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__(path, "scanner")

    @property
    def address(self) -> str:
        """What the driver's `open_wire` takes."""
        return f"serial:{self.path}?baud=9600"

    def scan(self, text: str, suffix: bytes = b"\r", *, aim: str = "", byte_pause_s: float = 0.0) -> None:
        """Send one code as a scanner would, at once or byte by byte; the scanner must be plugged in."""
        data = (aim + text).encode("utf-8") + suffix
        if byte_pause_s <= 0:
            self.send(data)
            return
        for byte in data:
            self.send(bytes([byte]))
            time.sleep(byte_pause_s)  # the slow wire is what is simulated


class CameraFarEnd:
    """A camera that looks into a room: an MJPEG stream on http://127.0.0.1, for any number of viewers.

    Held-up pictures tremble as in a hand. Faults: "freeze" sends the same frame again and again, "silence"
    keeps the line open without a byte, "garbage" sends noise for pictures, "drop" hangs up on everyone.
    `portions` may cut each picture; a moment passes behind each portion.
    """

    def __init__(self, *, seed: int = 1, port: int = 0) -> None:
        self._random = random.Random(seed)  # noqa: S311 - a trembling hand, no secret
        self.portions: Callable[[bytes], list[bytes]] = lambda frame: [frame]
        self._held: Gray | None = None
        self._fault: Fault = ""
        self._fresh = threading.Condition()
        self._frame = (0, b"")
        self._closing = False
        self._rooms = _draw_rooms(seed)
        self._server = _Server(("127.0.0.1", port), _viewer(self))
        self._threads = [
            threading.Thread(
                target=self._server.serve_forever, args=(0.05,), name="camera-http", daemon=True
            ),
            threading.Thread(target=self._film, name="camera-film", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def address(self) -> str:
        """What the driver takes as its source."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def fault(self) -> Fault:
        """The fault it plays just now, "" for none."""
        return self._fault

    def hold_up(self, picture: Path | Gray, width_px: int | None = None) -> None:
        """Hold a card, a product or a whole frame (1280 wide) before the camera; replaces what was held."""
        import cv2

        gray = cv2.imread(str(picture), cv2.IMREAD_GRAYSCALE) if isinstance(picture, Path) else picture
        assert gray is not None, f"{picture} is no picture"
        height, width = gray.shape
        if width_px is None and width != FRAME_SIZE[0]:
            width_px = CARD_WIDTH_PX if width > height else CODE_WIDTH_PX
        if width_px is not None and width_px != width:
            how = cv2.INTER_AREA if width_px < width else cv2.INTER_CUBIC
            gray = cv2.resize(gray, (width_px, round(height * width_px / width)), interpolation=how)
        self._held = gray

    def take_away(self) -> None:
        """Nothing is held up any more."""
        self._held = None

    def fail(self, fault: Fault) -> None:
        """Play a fault from now on; "" ends it."""
        with self._fresh:
            self._fault = fault
            self._fresh.notify_all()

    def freeze(self) -> None:
        """The same frame from now on, as some cameras do after an unplug."""
        self.fail("freeze")

    def drop(self) -> None:
        """Hang up on every viewer and on each that comes."""
        self.fail("drop")

    def restore(self) -> None:
        """All well again."""
        self.fail("")

    def close(self) -> None:
        """End the stream and its threads."""
        with self._fresh:
            self._closing = True
            self._fresh.notify_all()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> CameraFarEnd:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def next_frame(self, after: int) -> tuple[int, bytes] | None:
        """The next encoded frame after number `after`; None when the viewer is to be hung up on."""
        with self._fresh:
            while not self._closing and self._fault != "drop":
                if self._frame[0] > after and self._fault != "silence":
                    return self._frame
                self._fresh.wait()
        return None

    def _film(self) -> None:
        due_s = time.monotonic()
        while True:
            with self._fresh:
                due_s += 1 / FRAME_RATE_HZ
                self._fresh.wait_for(lambda: self._closing, max(0.0, due_s - time.monotonic()))
                if self._closing:
                    return
            number, before = self._frame
            if self._fault == "garbage":
                frame = self._random.randbytes(20_000)
            elif self._fault == "freeze" and before:
                frame = before
            else:
                frame = self._shoot(number)
            with self._fresh:
                self._frame = (number + 1, frame)
                self._fresh.notify_all()

    def _shoot(self, number: int) -> bytes:
        import cv2

        frame = self._rooms[number % ROOMS].copy()
        held = self._held
        if held is not None:
            _place(frame, held, self._random)
        return cv2.imencode(".jpg", frame, (cv2.IMWRITE_JPEG_QUALITY, 85))[1].tobytes()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 4


def _viewer(camera: CameraFarEnd) -> type[BaseHTTPRequestHandler]:
    class Viewer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "multipart/x-mixed-replace; boundary=frame")
            self.end_headers()
            self.close_connection = True
            number = 0
            try:
                while (found := camera.next_frame(number)) is not None:
                    number, frame = found
                    head = f"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {len(frame)}\r\n\r\n"
                    self.wfile.write(head.encode("ascii"))
                    first, *others = camera.portions(frame)
                    self.wfile.write(first)
                    for portion in others:
                        time.sleep(PORTION_PAUSE_S)  # the slow line is what is simulated
                        self.wfile.write(portion)
                    self.wfile.write(b"\r\n")
            except OSError:
                return  # the viewer went away, as viewers do

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name in the base class
            """Say nothing: a viewer coming and going is no news."""

    return Viewer


def _draw_rooms(seed: int) -> list[Gray]:
    """A grayish room out of focus, ROOMS times with fresh noise."""
    import cv2
    import numpy as np

    width, height = FRAME_SIZE
    noise = np.random.default_rng(seed)
    room: Gray = np.tile(np.linspace(105, 150, width, dtype=np.float32), (height, 1))
    for left, top, right, bottom, level in (
        (80, 90, 420, 560, 95),
        (700, 60, 1180, 330, 165),
        (560, 400, 900, 720, 120),
    ):
        cv2.rectangle(room, (left, top), (right, bottom), level, -1)
    room = cv2.GaussianBlur(room, (0, 0), 9)
    grains = (noise.standard_normal(room.shape, dtype=np.float32) * 2.5 for _ in range(ROOMS))
    return [np.clip(room + grain, 0, 255).astype(np.uint8) for grain in grains]


def _place(frame: Gray, held: Gray, rng: random.Random) -> None:
    """Put a picture into the middle of the frame, a little moved and turned; what does not fit is cut off."""
    import cv2
    import numpy as np

    frame_height, frame_width = frame.shape
    height, width = held.shape
    if width >= frame_width:
        held = held[:frame_height, :frame_width]
        frame[: held.shape[0], : held.shape[1]] = held
        return
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 3 + rng.gauss(0, 0.4), 1.0)
    turn[0, 2] += (frame_width - width) / 2 + rng.gauss(0, 1.5)
    turn[1, 2] += (frame_height - height) / 2 + rng.gauss(0, 1.5)
    seen = cv2.warpAffine(held, turn, FRAME_SIZE)
    mask = cv2.warpAffine(np.full_like(held, 255), turn, FRAME_SIZE)
    cv2.copyTo(seen, mask, frame)


def write_video(path: Path, frames: Iterable[Gray], rate_hz: float = FRAME_RATE_HZ) -> None:
    """Write gray frames of one size as a motion-JPEG .avi that the camera driver plays."""
    import cv2

    writer: cv2.VideoWriter | None = None
    for frame in frames:
        if writer is None:
            size = (frame.shape[1], frame.shape[0])
            writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), rate_hz, size, False)
            assert writer.isOpened(), f"{path} cannot be written"
        writer.write(frame)
    assert writer is not None, "a video needs a frame"
    writer.release()
