"""Every hand scanner the contract runs over: its driver, how it writes a code, and its plug."""

from __future__ import annotations

import select
import socket
import time
from pathlib import Path
from typing import Any

from drivers.base import DeviceError
from drivers.scanner.hid import HidScanner
from drivers.scanner.line import LineScanner
from drivers.scanner.serial import SerialScanner
from drivers.scanner.simulated import ScannerFarEnd
from drivers.scanner.simulated_hid import ENDS, HidFarEnd, press, typing
from drivers.wire import Wire

PATIENCE_S = 10.0


def as_text(text: str, end: bool = True) -> bytes:
    """A code as a serial scanner sends it."""
    return text.encode() + (b"\r" if end else b"")


def as_keys(text: str, end: bool = True) -> bytes:
    """A code as a keyboard wedge types it."""
    now_s = time.time()
    return b"".join([*typing(text, now_s), *([press(ENDS["enter"], now_s)] if end else [])])


class Rig:
    """A reader and its far end; `of` makes another device of the same kind."""

    encode = staticmethod(as_text)
    reader: LineScanner
    far: Any

    def __init__(self, folder: Path, name: str = "scanner") -> None:
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        self.far.send(data)

    def unplug(self) -> None:
        self.far.unplug()

    def replug(self) -> None:
        self.far.replug()

    def end(self) -> None:
        self.far.close()


class SerialPty(Rig):
    def __init__(self, folder: Path, name: str = "scanner") -> None:
        self.far = ScannerFarEnd(folder / name)
        self.reader = SerialScanner(self.far.address, name=name)


class HidPty(Rig):
    encode = staticmethod(as_keys)

    def __init__(self, folder: Path, name: str = "scanner") -> None:
        self.far = HidFarEnd(folder / name)
        self.reader = HidScanner(self.far.address, name=name)


class SerialTcp(Rig):
    """A scanner behind a port of the network: unplugged, nobody listens there any more."""

    def __init__(self, folder: Path, name: str = "scanner") -> None:
        self.server: socket.socket | None = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.reader = SerialScanner(f"tcp://127.0.0.1:{self.port}", name=name)
        self.line: socket.socket | None = None

    def send(self, data: bytes) -> None:
        if self.line is None:
            assert self.server is not None
            self.line = self.server.accept()[0]
        self.line.sendall(data)

    def unplug(self) -> None:
        self.send(b"")  # takes the call, if nothing was sent before
        self.end()

    def replug(self) -> None:
        self.server = socket.create_server(("127.0.0.1", self.port))

    def end(self) -> None:
        for one in (self.line, self.server):
            if one is not None:
                one.close()
        self.line = self.server = None


class Memory(Rig):
    """A socket pair instead of a file; what is behind it is the test itself."""

    def __init__(self, folder: Path, name: str = "scanner") -> None:
        self.line: socket.socket | None = None
        self.plugged = True
        self.reader = self.made(name)

    def made(self, name: str) -> LineScanner:
        return SerialScanner("memory", name=name, opener=self.open)

    def open(self, address: str) -> Wire:
        if not self.plugged:
            raise DeviceError("memory: unplugged", code="absent")
        near, self.line = socket.socketpair()
        near.setblocking(False)
        return Wire(near.fileno(), address, near.close)

    def send(self, data: bytes) -> None:
        assert self.line is not None
        self.line.sendall(data)

    def unplug(self) -> None:
        self.plugged = False
        assert self.line is not None
        self.line.close()

    def replug(self) -> None:
        self.plugged = True

    def end(self) -> None:
        if self.line is not None:
            self.line.close()


class HidMemory(Memory):
    encode = staticmethod(as_keys)

    def made(self, name: str) -> LineScanner:
        return HidScanner("memory", name=name, opener=self.open)


RIGS: tuple[type[Rig], ...] = (SerialPty, SerialTcp, Memory, HidPty, HidMemory)


def read_all(reader: LineScanner, count: int, patience_s: float = PATIENCE_S) -> list[str]:
    """The next texts; fewer only when they do not come in time."""
    texts: list[str] = []
    deadline = time.monotonic() + patience_s
    while len(texts) < count and time.monotonic() < deadline:
        scan = reader.read(0.5)
        texts += [scan.text] if scan else []
    return texts


def take(reader: LineScanner) -> list[str]:
    """Let the reader take what has just been sent without waiting for a gap; what that completed."""
    assert reader._wire is not None
    assert select.select([reader._wire._fd], [], [], PATIENCE_S)[0]
    scan = reader.read(0.0)
    return [scan.text] if scan else []


def hear(reader: LineScanner, gap_s: float) -> list[str]:
    """Let the reader take what was just sent, then a silence of `gap_s` that ends it; what that completed."""
    texts = take(reader)
    usual_s, reader._gap_s = reader._gap_s, gap_s
    deadline_s = time.monotonic() + PATIENCE_S
    while (scan := reader.read(0.0)) is not None or reader._pending():
        texts += [scan.text] if scan else []
        assert time.monotonic() < deadline_s
    reader._gap_s = usual_s
    return texts


def numbered(count: int) -> list[str]:
    """Different texts, all of one length."""
    return [f"{number:05}" for number in range(count)]
