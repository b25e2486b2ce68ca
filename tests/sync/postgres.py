"""A real PostgreSQL server of the tests' own, in a temporary folder; no test lives here."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

import psycopg

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 20.0
_USER = "postgres"  # the distribution's; a server refuses to run as root


class PostgresServer:
    """One server on a free loopback port; `database()` makes a database and gives its URL."""

    def __init__(self) -> None:
        binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        if not binaries:
            raise RuntimeError("no PostgreSQL server here; install it: apt-get install postgresql")
        self._folder = Path(tempfile.mkdtemp(prefix="county-pg-"))
        self._as: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(self._folder, _USER)
            self._as = ["runuser", "-u", _USER, "--"]
        self.port = _free_port()
        data = self._folder / "data"
        self._run(
            [str(binaries[-1] / "initdb"), "-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "-N"]
        )
        self._data = data
        self._program = binaries[-1] / "postgres"
        self.start()

    def start(self) -> None:
        """Start it, at first and after `halt`."""
        # fsync stays on, as in service; only the addresses are the tests' own
        options = f"-k {self._folder} -p {self.port} -c listen_addresses=127.0.0.1 -c max_connections=60"
        self._log = (self._folder / "log").open("wb")
        self._server = subprocess.Popen(
            [*self._as, str(self._program), "-D", str(self._data), *options.split()],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=self._folder,
        )
        self._wait()

    def database(self) -> str:
        """The URL of a new empty database."""
        return self._create("template1")

    def copy(self, url: str) -> str:
        """The URL of a copy of the database at `url`, which nobody has open."""
        return self._create(url.rpartition("/")[2])

    def _create(self, template: str) -> str:
        name = f"county_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as conn:
            conn.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return f"postgresql://{_USER}@127.0.0.1:{self.port}/{name}"

    def stop(self) -> None:
        """End the server and remove its folder."""
        if self._server.poll() is None:
            self.halt(signal.SIGQUIT)  # nothing is written to disk any more: all of it goes
        shutil.rmtree(self._folder)

    def halt(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server by its own pid; connections break, the data stays."""
        pid_file = self._data / "postmaster.pid"
        os.kill(int(pid_file.read_text().split()[0]), how)
        self._server.wait(STOP_TIMEOUT_S)
        self._log.close()

    def _address(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={_USER} dbname={database} connect_timeout=2"

    def _wait(self) -> None:
        end = time.monotonic() + START_TIMEOUT_S
        while True:
            try:
                psycopg.connect(self._address("postgres")).close()
                return
            except psycopg.OperationalError:
                if self._server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError((self._folder / "log").read_text("utf-8", "replace")) from None
                time.sleep(0.05)

    def _run(self, command: list[str]) -> None:
        done = subprocess.run([*self._as, *command], capture_output=True, cwd=self._folder, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.decode("utf-8", "replace"))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
