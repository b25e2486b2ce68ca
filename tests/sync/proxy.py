"""A line that breaks after so many bytes in one direction; no test lives here."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from urllib.parse import urlsplit

UP, DOWN = "up", "down"
JOIN_TIMEOUT_S = 10.0


class CuttingProxy:
    """Forwards TCP to a server; `cut(direction, after)` breaks the line at that byte, `times` in a row.

    The byte counts begin anew with each connection. `passed` tells how many bytes the last connection saw.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        self._target = (parts.hostname, parts.port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._limits: list[dict[str, int]] = []
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.passed = {UP: 0, DOWN: 0}
        self.broken = 0
        self._accepting = threading.Thread(target=self._accept, name="cutting-proxy")
        self._accepting.start()

    def cut(self, direction: str, after: int, times: int = 1) -> None:
        """The next `times` connections break once `after` bytes have passed in `direction`."""
        with self._lock:
            self._limits = [{direction: after} for _ in range(times)]

    @property
    def cuts_left(self) -> int:
        """Cuts that were ordered and have found no connection yet."""
        return len(self._limits)

    def close(self) -> None:
        """Stop and wait for every forwarder."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join(JOIN_TIMEOUT_S)
        for thread in self._threads:
            thread.join(JOIN_TIMEOUT_S)

    def __enter__(self) -> CuttingProxy:
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
            with self._lock:
                limits = self._limits.pop(0) if self._limits else {}
            self.passed = {UP: 0, DOWN: 0}
            far = socket.create_connection(self._target)
            for source, sink, direction in ((near, far, UP), (far, near, DOWN)):
                thread = threading.Thread(
                    target=self._pump, args=(source, sink, direction, limits.get(direction))
                )
                thread.start()
                self._threads.append(thread)

    def _pump(self, source: socket.socket, sink: socket.socket, direction: str, limit: int | None) -> None:
        passed = 0
        try:
            while data := source.recv(65_536):
                part = data if limit is None else data[: max(0, limit - passed)]
                sink.sendall(part)
                passed += len(part)
                self.passed[direction] = passed
                if limit is not None and passed >= limit:
                    self.broken += 1
                    break
        except OSError:  # the other direction was cut
            pass
        finally:
            for one in (source, sink):
                _drop(one)


def _drop(one: socket.socket) -> None:
    """Away at once, as when a cable is pulled; what was sent before still arrives."""
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
