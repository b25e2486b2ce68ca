"""A line that can be cut: passes bytes between a terminal and its county until somebody pulls the plug."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType

CHUNK_BYTES = 16_384
CONNECTIONS_MOST = 32
CONNECT_TIMEOUT_S = 5.0


class CuttableLine:
    """Listens on `url` and forwards to the county; while cut, every connection is reset at once."""

    def __init__(self, host: str, port: int, listen_port: int = 0) -> None:
        self._target = (host, port)
        self._listening = socket.create_server(("127.0.0.1", listen_port), backlog=CONNECTIONS_MOST)
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._cut = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, name="line", daemon=True)
        self._thread.start()

    @property
    def is_cut(self) -> bool:
        """Whether the plug is out."""
        return self._cut.is_set()

    def cut(self) -> None:
        """Pull the plug: what is under way breaks off in the middle."""
        self._cut.set()
        with self._lock:
            for one in self._open:
                _reset(one)

    def restore(self) -> None:
        """Put the plug back in."""
        self._cut.clear()

    def close(self) -> None:
        """Stop listening and break off what is open."""
        self.cut()
        with contextlib.suppress(OSError):  # already shut down by the other side
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(CONNECT_TIMEOUT_S)

    def __enter__(self) -> CuttableLine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:  # closed
                return
            if self._cut.is_set():
                _reset(near)
                continue
            try:
                far = socket.create_connection(self._target, CONNECT_TIMEOUT_S)
            except OSError:  # the county is down: to the terminal that is a line that is down
                _reset(near)
                continue
            far.settimeout(None)
            threading.Thread(target=self._carry, args=(near, far), name="line-carry", daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        """Both ways until both ends have finished, or the line is cut."""
        with self._lock:
            self._open |= {near, far}
        back = threading.Thread(target=self._pump, args=(far, near), name="line-back", daemon=True)
        back.start()
        self._pump(near, far)
        back.join()
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(CHUNK_BYTES):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:  # cut, or the other side has gone: nothing to forward any more
            _reset(source)
            _reset(sink)


def _reset(one: socket.socket) -> None:
    """Close so that the other side sees a broken line, not a polite end."""
    with contextlib.suppress(OSError):  # it may be closed already
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
        one.shutdown(socket.SHUT_RDWR)
    one.close()
