"""A server that forks real processes running the real command line, each of which can be killed at a point.

Start-up is paid once: the server imports the program, opens nothing, and forks for every job. Hooks are put
on from outside, in the child alone: SQLAlchemy's "connect" event sets SQLite's trace callback, which runs
before every statement, BEGIN and COMMIT included; the driver as `Database` sees it and `do_commit` tell when
a commit has returned; a wrapped standard output tells when an answer is about to go out. Nothing of this is
in the product.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, TextIO

ROOT = Path(__file__).resolve().parents[2]
STATE_BYTES = 16  # of the shared page: byte 0 says whether a write transaction is open
MESSAGE_BYTES = 65_536


# --- in the child -------------------------------------------------------------------------------------


class Points:
    """Counts the points a process passes; at the wanted one the process kills itself."""

    def __init__(self, state: mmap.mmap, kill_at: int, names: TextIO | None) -> None:
        self._state = state
        self._kill_at = kill_at
        self._names = names
        self._count = 0
        self._writing = False

    def install(self) -> None:
        """Put the hooks on."""
        from sqlalchemy import Engine, event
        from sqlalchemy.engine.default import DefaultDialect

        from kiosk.store import database

        driver = database._driver
        database._driver = lambda conn: _Driver(driver(conn), self._ended)
        commit, rollback = DefaultDialect.do_commit, DefaultDialect.do_rollback

        def do_commit(dialect: Any, connection: Any) -> None:
            commit(dialect, connection)
            self._ended("after-commit")

        def do_rollback(dialect: Any, connection: Any) -> None:
            rollback(dialect, connection)
            self._ended("after-rollback")

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
        DefaultDialect.do_rollback = do_rollback  # type: ignore[method-assign]
        event.listen(Engine, "connect", lambda raw, _record: raw.set_trace_callback(self._statement))
        sys.stdout = _Answers(sys.stdout, lambda: self.passed("before-answer"))  # type: ignore[assignment]

    def passed(self, name: str) -> None:
        """One point further."""
        if self._names is not None:
            self._names.write(f"{name}\n")
            self._names.flush()
        if self._count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self._count += 1

    def _statement(self, text: str) -> None:
        """Called before a statement runs; so the one before it has run."""
        word = text.split(None, 2)
        look_up = "" if self._writing else " of a look-up"
        if word[0] == "BEGIN":
            self._writing = "IMMEDIATE" in word
            self.passed("before-begin")
            return
        if self._writing:
            self._state[0] = 1  # BEGIN has returned: the write transaction is open
        self.passed(f"before-commit{look_up}" if word[0] == "COMMIT" else f"before {' '.join(word[:2])}")

    def _ended(self, name: str) -> None:
        self._state[0] = 0
        name = name if self._writing else f"{name} of a look-up"
        self._writing = False
        self.passed(name)


class _Driver:
    """A connection of the driver that tells when a transaction has ended."""

    def __init__(self, driver: Any, ended: Callable[[str], None]) -> None:
        self._driver, self._ended = driver, ended

    def commit(self) -> None:
        self._driver.commit()
        self._ended("after-commit")

    def rollback(self) -> None:
        self._driver.rollback()
        self._ended("after-rollback")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)


class _Answers:
    """Standard output that tells before it writes."""

    def __init__(self, out: TextIO, before: Callable[[], None]) -> None:
        self._out = out
        self._before = before

    def write(self, text: str) -> int:
        if text.strip():
            self._before()
        return self._out.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)


def take_a_copy(config: str) -> int:
    """Take one copy off the print queue, as the printer's thread does, and say which."""
    from kiosk.config import load
    from kiosk.services import printing
    from kiosk.services.terminal import open_terminal

    terminal = open_terminal(load(Path(config)))
    job = printing.take(terminal)
    print(json.dumps(None if job is None else [job.slip, job.copy, job.again]), flush=True)
    return 0


def _run_child(job: dict[str, Any], fds: list[int]) -> int:
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode) for n, mode in ((0, "r"), (1, "w"), (2, "w")))
    os.environ.update(job["env"])
    with contextlib.ExitStack() as stack:
        file = stack.enter_context(Path(job["state"]).open("r+b"))
        names = stack.enter_context(Path(job["names"]).open("w")) if job["names"] else None
        Points(mmap.mmap(file.fileno(), STATE_BYTES), job["kill_at"], names).install()
        if job["take"]:
            return take_a_copy(job["argv"][1])
        from kiosk.cli import main

        return main(job["argv"])


def _serve(channel: socket.socket) -> None:
    import kiosk.cli
    import kiosk.cli.account
    import kiosk.cli.redeem
    import kiosk.cli.verify
    import kiosk.services.due
    import kiosk.services.staff  # noqa: F401  # everything a child needs is here before the first fork
    from kiosk.words import Words

    Words()  # the files of sentences too

    while True:
        message, fds, _flags, _address = socket.recv_fds(channel, MESSAGE_BYTES, 3)
        if not message:
            return
        pid = os.fork()
        if pid == 0:
            code = 70
            try:
                channel.close()
                code = _run_child(json.loads(message), list(fds))
                sys.stdout.flush()
                sys.stderr.flush()
            except SystemExit as end:
                code = int(end.code or 0)
            except BaseException:  # noqa: BLE001  # shown on the child's standard error, where a test looks
                import traceback

                traceback.print_exc()
                sys.stderr.flush()
            os._exit(code)
        for fd in fds:
            os.close(fd)
        channel.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        channel.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())


# --- in the test --------------------------------------------------------------------------------------


@dataclass
class Child:
    """A process under way: its answers come on `out`; `end()` waits for it."""

    pid: int
    out: IO[str]
    errors: Path
    _replies: IO[str]

    def kill(self) -> None:
        """`kill -9`, from outside."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> int:
        """Wait; returns the exit code, -9 when it was killed."""
        return int(self._replies.readline())


class Killer:
    """The server and its jobs, one at a time. Use as a context manager."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.state = folder / "state"
        self.names = folder / "points"

    def __enter__(self) -> Killer:
        ours, theirs = socket.socketpair()
        self.state.write_bytes(bytes(STATE_BYTES))
        self._channel = ours
        self._replies = ours.makefile("r")
        self._process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "tests.faults.killer", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            cwd=ROOT,
        )
        theirs.close()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._replies.close()
        self._channel.close()
        self._process.wait(20)

    @contextlib.contextmanager
    def start(
        self,
        argv: list[str],
        *,
        env: dict[str, str] | None = None,
        given: str = "",
        kill_at: int = -1,
        names: bool = False,
        take: bool = False,
    ) -> Iterator[Child]:
        """Run `kiosk ARGV` with `given` on standard input; at point `kill_at` (from 0) it kills itself."""
        self.state.write_bytes(bytes(STATE_BYTES))
        source, errors = self._folder / "stdin", self._folder / "stderr"
        source.write_text(given, "utf-8")
        reading, writing = os.pipe()
        job = {
            "argv": argv,
            "env": env or {},
            "state": str(self.state),
            "names": str(self.names) if names else "",
            "kill_at": kill_at,
            "take": take,
        }
        with source.open() as given_file, errors.open("w") as error_file:
            fds = [given_file.fileno(), writing, error_file.fileno()]
            socket.send_fds(self._channel, [json.dumps(job).encode()], fds)
        os.close(writing)
        pid = int(self._replies.readline())
        with os.fdopen(reading, "r") as out:
            yield Child(pid, out, errors, self._replies)

    def run(self, argv: list[str], **options: Any) -> tuple[int, list[str], str]:
        """Run to its end: (exit code, lines on standard output, standard error)."""
        with self.start(argv, **options) as child:
            lines = child.out.read().splitlines()
            code = child.end()
        return code, lines, child.errors.read_text("utf-8")

    def died_inside_a_transaction(self) -> bool:
        """Whether the last process died with a write transaction open, as it wrote down itself."""
        return self.state.read_bytes()[0] == 1

    def passed(self) -> list[str]:
        """The points the last process with `names=True` passed."""
        return self.names.read_text().splitlines()


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as own_end:
        _serve(own_end)
