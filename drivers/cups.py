"""Bytes to a printer queue of CUPS, through the `lp` command; one way: nothing ever comes back."""

from __future__ import annotations

import re
import shutil
import subprocess

from drivers.base import DeviceError
from drivers.wire import Wire

LPSTAT_TIMEOUT_S = 5.0
COLLECTED_MAXIMUM = 1024 * 1024  # bytes of one print job
_QUEUE = re.compile(r"cups:([A-Za-z0-9][A-Za-z0-9_.-]{0,126})")


class CupsWire(Wire):
    """What is written is collected until `flush` hands it over as one raw print job.

    "Handed over" means that CUPS has taken it, not that it is printed.
    """

    def __init__(self, address: str, command: list[str]) -> None:
        super().__init__(-1, address, lambda: None, answers=False)
        self._command = command
        self._collected = bytearray()

    def read(self, most: int, timeout_s: float) -> bytes:  # noqa: ARG002
        """Nothing, at once."""
        return b""

    def write(self, data: bytes, timeout_s: float) -> None:  # noqa: ARG002
        """Keep `data` for `flush`; DeviceError "stalled" when a job grows without end."""
        if len(self._collected) + len(data) > COLLECTED_MAXIMUM:
            raise DeviceError(f"{self.address}: a job of more than {COLLECTED_MAXIMUM} bytes", code="stalled")
        self._collected += data

    def flush(self, timeout_s: float) -> None:
        """Give what was written to CUPS. DeviceError: "unplugged" when it was refused, "stalled" when nobody
        can tell; `written` is then all of it."""
        data, self._collected = bytes(self._collected), bytearray()
        if not data:
            return
        try:
            done = subprocess.run(
                self._command, input=data, capture_output=True, timeout=timeout_s, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise DeviceError(f"{self.address}: lp did not end", code="stalled", written=len(data)) from error
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip()
            raise DeviceError(f"{self.address}: lp: {said or done.returncode}", code="unplugged")

    def close(self) -> None:
        """Forget what was not handed over."""
        self._collected.clear()


def open_cups(address: str) -> CupsWire:
    """Open "cups:QUEUE". Raises DeviceError: "bad-address", or "absent" without CUPS or such a queue."""
    found = _QUEUE.fullmatch(address)
    if found is None:
        raise DeviceError(f"{address!r} is no cups:QUEUE address", code="bad-address")
    lp, lpstat = shutil.which("lp"), shutil.which("lpstat")
    if lp is None or lpstat is None:
        raise DeviceError(f"{address}: no lp command here (apt-get install cups-client)", code="absent")
    queue = found.group(1)
    asking = [lpstat, "-a", queue]
    try:
        asked = subprocess.run(asking, capture_output=True, timeout=LPSTAT_TIMEOUT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise DeviceError(f"{address}: CUPS does not answer", code="absent") from error
    if asked.returncode:
        raise DeviceError(f"{address}: CUPS has no queue of that name", code="absent")
    return CupsWire(address, [lp, "-s", "-d", queue, "-o", "raw", "-t", "slip"])
