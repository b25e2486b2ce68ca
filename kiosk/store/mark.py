"""The mark outside the database: how far this machine's journal had come, to notice an older copy put back.

Rewritten after each commit by one small `pwrite`, without waiting for the disk. A database ahead of the
mark is the ordinary trace of a power cut. A database behind it, or another machine's, must not be written.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from kiosk.keys import sync_folder

READS = 5
RECORD_BYTES = 192  # one fixed size, so that a rewrite never leaves a tail


class Mark(NamedTuple):
    """The last entry known to be committed here."""

    terminal: int
    epoch: int
    seq: int
    hash: str
    machine: str


class MarkFile:
    """One record in one file; torn or foreign content reads as no mark."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)  # opened twice a redemption: plain text is cheaper
        self._last: tuple[bytes, Mark | None] = (b"", None)  # what was read last is what is mostly there

    def read(self) -> Mark | None:
        """The mark, or None where there is none that can be read."""
        for _ in range(READS):  # another process may be rewriting it at this very moment
            try:
                record = self._bytes()
            except FileNotFoundError:
                return None
            if record != self._last[0]:
                self._last = (record, _parse(record))
            if self._last[1] is not None:
                return self._last[1]
        return None

    def write(self, mark: Mark) -> None:
        """Replace the mark. The caller has committed what it names."""
        fields = _fields(mark)
        record = f"{fields} {_check(fields)}".ljust(RECORD_BYTES - 1).encode("ascii") + b"\n"
        assert len(record) == RECORD_BYTES
        try:
            fd, new = os.open(self._path, os.O_WRONLY), False
        except FileNotFoundError:
            fd, new = os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600), True
        try:
            os.pwrite(fd, record, 0)
            if new:  # so that a power cut later finds an old record rather than an empty file
                os.fsync(fd)
        finally:
            os.close(fd)
        self._last = (record, mark)
        if new:
            sync_folder(Path(self._path).parent)

    def _bytes(self) -> bytes:
        fd = os.open(self._path, os.O_RDONLY)
        try:
            return os.read(fd, RECORD_BYTES + 1)
        finally:
            os.close(fd)


def machine_id() -> str:
    """What tells this machine from another with a copy of its disk folder; never empty."""
    for path in (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id")):
        if path.is_file():
            return path.read_text("ascii").strip()[:32] or "unknown"
    return os.uname().nodename[:32] or "unknown"


def _parse(record: bytes) -> Mark | None:
    try:
        terminal, epoch, seq, digest, machine, check = record.decode("ascii").split()
        mark = Mark(int(terminal), int(epoch), int(seq), digest, machine)
    except ValueError:
        return None
    return mark if check == _check(_fields(mark)) else None


def _fields(mark: Mark) -> str:
    return f"{mark.terminal} {mark.epoch} {mark.seq} {mark.hash} {mark.machine}"


def _check(fields: str) -> str:
    return format(crc32(fields.encode()), "08x")
