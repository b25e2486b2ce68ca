"""A terminal's program that is watched from inside: started, told orders, and heard, line by line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kiosk.demo.seed import CONFIG_FILE


class Program:
    """A started program that tells in JSON lines and takes orders in lines."""

    def __init__(self, lines: IO[str], orders: IO[bytes]) -> None:
        self._lines = lines
        self._orders = orders

    def told(self) -> Any:
        """What it told next."""
        line = self._lines.readline()
        assert line, "the program ended"
        return json.loads(line)

    def order(self, number: int) -> None:
        """Ask for something."""
        self._orders.write(b"%d\n" % number)
        self._orders.flush()


@contextmanager
def started(module: str, folder: Path, display: str, *words: str) -> Iterator[Program]:
    """`kiosk run` of a seeded folder on a display, with that module around it."""
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", module, str(write_end)]
    with (
        subprocess.Popen(
            [*command, "--config", str(folder / CONFIG_FILE), "run", *words],
            pass_fds=(write_end,),
            env={**os.environ, "DISPLAY": display},
            stdin=subprocess.PIPE,
        ) as child,
        os.fdopen(read_end) as lines,
    ):
        os.close(write_end)
        try:
            assert child.stdin is not None
            yield Program(lines, child.stdin)
        finally:
            child.kill()
