"""Runs zbar in a process of its own, for it may assert and die on a picture; decodes nothing else there."""

from __future__ import annotations

import json
import select
import struct
import subprocess
import sys
import threading
import time
from typing import IO, TYPE_CHECKING

from drivers.base import Symbology
from drivers.scanner.types import Code

if TYPE_CHECKING:
    from drivers.scanner.stages import Gray

ANSWER_TIMEOUT_S = 20.0
SIDE_MAXIMUM = 16384
_HEADER = struct.Struct("<HHB")
_BITS: dict[Symbology, int] = {"QR": 1, "CODE128": 2, "EAN13": 4}


class ZbarChild:
    """A `ZbarReader`; starts its process with the first picture and again after it died on one."""

    def __init__(self) -> None:
        self.deaths = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def __call__(self, gray: Gray, symbologies: frozenset[Symbology]) -> list[Code]:
        """The codes zbar finds; none when it died or did not answer in ANSWER_TIMEOUT_S."""
        with self._lock:
            return self._ask(gray, symbologies)

    def _ask(self, gray: Gray, symbologies: frozenset[Symbology]) -> list[Code]:
        height, width = gray.shape
        if max(height, width) > SIDE_MAXIMUM:
            return []
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "drivers.scanner.zbar_child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # zbar prints its assertions there
                bufsize=0,
            )
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _send(process.stdin, _HEADER.pack(width, height, sum(_BITS[one] for one in symbologies)))
            _send(process.stdin, gray.tobytes())
            answer = _answer(process.stdout)
        except OSError:
            answer = b""
        if not answer.endswith(b"\n"):
            self.deaths += 1
            self.close()
            return []
        return [Code(*one) for one in json.loads(answer)]

    def close(self) -> None:
        """End the process; the next picture starts a new one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _send(pipe: IO[bytes], data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[pipe.write(view) :]


def _answer(pipe: IO[bytes]) -> bytes:
    """One line, or what there was of it when the pipe ended or time was up."""
    deadline = time.monotonic() + ANSWER_TIMEOUT_S
    answer = b""
    while not answer.endswith(b"\n"):
        ready, _, _ = select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))
        part = pipe.read(65536) if ready else b""
        if not part:
            break
        answer += part
    return answer


def main() -> None:
    """Answer each picture on standard input with one JSON line, until it ends."""
    import numpy as np

    from drivers.scanner.stages import zbar_here

    while len(header := sys.stdin.buffer.read(_HEADER.size)) == _HEADER.size:
        width, height, bits = _HEADER.unpack(header)
        pixels = sys.stdin.buffer.read(width * height)
        if len(pixels) < width * height:
            return
        gray = np.frombuffer(pixels, np.uint8).reshape(height, width)
        wanted = frozenset(one for one, bit in _BITS.items() if bits & bit)
        sys.stdout.write(json.dumps(zbar_here(gray, wanted)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
