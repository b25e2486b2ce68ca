"""One process at a time for what may not run twice: a lock on a file, let go of when its process ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType

from kiosk.ledger.refusals import Refused


class OnlyOne:
    """Holds `path` locked while used as a context manager. Raises `Refused(code)` when another holds it."""

    def __init__(self, path: Path, code: str) -> None:
        self._path = path
        self._code = code
        self._fd = -1

    def __enter__(self) -> OnlyOne:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._fd)
            raise Refused(self._code) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)
