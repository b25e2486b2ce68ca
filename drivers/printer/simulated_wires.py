"""Wires of simulated devices as seen from the device: a listening TCP port, the master of a serial line."""

from __future__ import annotations

import os
import select
import socket
import tempfile
import threading
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol


class Line(Protocol):
    """What a simulated printer needs of its wire."""

    @property
    def address(self) -> str:
        """Where to find it, as `drivers.wire` spells it."""

    def plug_in(self) -> None:
        """Be there."""

    def unplug(self) -> None:
        """Be gone; may be called twice."""

    def discard(self) -> None:
        """Be gone for good."""

    def hang_up(self) -> None:
        """End the connection; a new one may come at once."""

    def receive(self, most: int, timeout_s: float) -> tuple[bytes, Callable[[bytes], None]]:
        """Some bytes (b"" when none came in time) and how to answer the one who sent them."""


class TcpLine:
    """A listening socket that serves one connection at a time, as network printers do."""

    def __init__(self) -> None:
        self._listener: socket.socket | None = None
        self._connection: socket.socket | None = None
        self._port = 0
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        """Where to find it, as `drivers.wire` spells it."""
        return f"tcp://127.0.0.1:{self._port}"

    def plug_in(self) -> None:
        """Be there."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self._port))
        listener.listen(4)
        self._port = listener.getsockname()[1]
        self._listener = listener

    def unplug(self) -> None:
        """Be gone; may be called twice."""
        self.hang_up()
        with self._lock:
            if self._listener is not None:
                self._listener.close()
                self._listener = None

    def discard(self) -> None:
        """Be gone for good."""
        self.unplug()

    def hang_up(self) -> None:
        """End the connection; a new one may come at once."""
        with self._lock:
            if self._connection is not None:
                with suppress(OSError):  # the peer may be gone already
                    self._connection.shutdown(socket.SHUT_RDWR)
                self._connection.close()
                self._connection = None

    def receive(self, most: int, timeout_s: float) -> tuple[bytes, Callable[[bytes], None]]:
        """Some bytes (b"" when none came in time) and how to answer the one who sent them."""
        with self._lock:
            waiting = self._connection or self._listener
            if waiting is None or not select.select([waiting], [], [], timeout_s)[0]:
                return b"", _nobody
            if waiting is self._listener:
                self._connection = waiting.accept()[0]
                return b"", _nobody
            try:
                data = waiting.recv(most)
            except OSError:  # reset by whoever sent
                data = b""
        if not data:
            self.hang_up()
            return b"", _nobody
        return data, lambda answer: _send(waiting, answer)


class PtyLine:
    """A serial line: the driver opens the terminal end by a name that stays the same."""

    def __init__(self) -> None:
        self._folder = Path()  # made when first plugged in
        self._ours = self._theirs = -1
        self._lock = threading.Lock()  # reading and closing
        self._answering = threading.Lock()  # writing and closing

    @property
    def address(self) -> str:
        """Where to find it, as `drivers.wire` spells it."""
        return f"serial:{self._name}"

    @property
    def _name(self) -> Path:
        return self._folder / "ttyPRINTER"

    def plug_in(self) -> None:
        """Be there."""
        if self._folder == Path():
            self._folder = Path(tempfile.mkdtemp(prefix="printer-far-end-"))
        self._ours, self._theirs = os.openpty()
        tty.setraw(self._theirs)
        self._name.unlink(missing_ok=True)
        self._name.symlink_to(os.ttyname(self._theirs))

    def unplug(self) -> None:
        """Be gone; may be called twice."""
        with self._lock, self._answering:
            for end in (self._ours, self._theirs):
                if end >= 0:
                    os.close(end)
            self._ours = self._theirs = -1
        self._name.unlink(missing_ok=True)

    def discard(self) -> None:
        """Be gone for good."""
        self.unplug()
        if self._folder != Path():
            self._folder.rmdir()
            self._folder = Path()

    def hang_up(self) -> None:
        """A serial line has no connection that could end."""

    def receive(self, most: int, timeout_s: float) -> tuple[bytes, Callable[[bytes], None]]:
        """Some bytes (b"" when none came in time) and how to answer."""
        with self._lock:
            if self._ours < 0 or not select.select([self._ours], [], [], timeout_s)[0]:
                return b"", _nobody
            return os.read(self._ours, most), self._answer

    def _answer(self, answer: bytes) -> None:
        with self._answering:
            if self._ours >= 0:
                os.write(self._ours, answer)


def _nobody(_: bytes) -> None:
    """Nobody to answer."""


def _send(connection: socket.socket, answer: bytes) -> None:
    with suppress(OSError):  # whoever asked has gone
        connection.sendall(answer)
