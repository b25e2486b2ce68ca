"""Running the county server: on a thread beside something else, or as the program; no routes."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

import uvicorn

from sync.county.app import make_app
from sync.county.database import County
from sync.county.settings import CountySettings

STOP_TIMEOUT_S = 15.0
START_TIMEOUT_S = 15.0


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises `OSError` when the address is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=128)


def url_of(listening: socket.socket) -> str:
    """Where `listening` is reached."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_server(county: County, settings: CountySettings) -> uvicorn.Server:
    """A server that is not running yet; run it with `run([socket])`."""
    return uvicorn.Server(
        uvicorn.Config(
            make_app(county, settings.next_s),
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=5,
            server_header=False,
        )
    )


class Serving:
    """A county server on a thread of its own: for demos and tests. Use as a context manager."""

    def __init__(self, county: County, settings: CountySettings) -> None:
        self._socket = listen(settings.host, settings.port)
        self.url = url_of(self._socket)
        self._server = make_server(county, settings)
        self._failed: list[BaseException] = []
        self._thread = threading.Thread(target=self._run, name="county", daemon=True)

    def __enter__(self) -> Serving:
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(START_TIMEOUT_S / 0.01)):
            if self._server.started or self._failed:
                break
            waited.wait(0.01)
        if self._failed or not self._server.started:
            raise RuntimeError("the county server did not start") from (
                self._failed[0] if self._failed else None
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Answer what is under way, then end."""
        self._server.should_exit = True
        self._thread.join(STOP_TIMEOUT_S)
        self._socket.close()

    def _run(self) -> None:
        try:
            self._server.run([self._socket])
        except BaseException as error:  # noqa: BLE001  # raised again at the starter
            self._failed.append(error)
