"""The far end of voice and sounds: programs in the place of espeak-ng and aplay that write down."""

from __future__ import annotations

import hashlib
import json
import shlex
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

LOOK_S = 0.02

_PROGRAM = """\
#!/bin/sh
# Takes espeak-ng's options; the sentence comes by standard input.
test -e {folder}/broken && exit 1
exec {python} -I {folder}/record.py "$@"
"""
_RECORD = """\
import hashlib, json, os, select, sys
folder = {folder!r}
data = sys.stdin.buffer.read()
text = "sound " + hashlib.sha256(data).hexdigest() if data.startswith(b"RIFF") else data.decode()
said = {{"options": sys.argv[1:], "text": text, "ended": False}}
def note():
    with open(folder + "/said.jsonl", "a") as lines:
        lines.write(json.dumps(said) + "\\n")
note()
if os.path.exists(folder + "/slow"):
    select.select([], [], [], 60)  # it goes on and on, until it is silenced
said["ended"] = True
note()
"""


def named(sound: bytes) -> str:
    """How the far end writes down a sound that it was given whole."""
    return f"sound {hashlib.sha256(sound).hexdigest()}"


class SpeechFarEnd:
    """Give `program` to the driver as the program to speak with; to be used in a `with` statement."""

    def __init__(self) -> None:
        self._holder = tempfile.TemporaryDirectory(prefix="speech-far-end-")
        self._folder = Path(self._holder.name)
        folder = str(self._folder)
        self._write("record.py", _RECORD.format(folder=folder))
        self._write("espeak-ng", _PROGRAM.format(folder=shlex.quote(folder), python=sys.executable))
        self._write("aplay", _PROGRAM.format(folder=shlex.quote(folder), python=sys.executable))
        for program in (self.program, self.player):
            Path(program).chmod(0o755)

    @property
    def program(self) -> str:
        """The path of the program."""
        return str(self._folder / "espeak-ng")

    @property
    def player(self) -> str:
        """The path of the program that plays sounds; they are written down as `named` calls them."""
        return str(self._folder / "aplay")

    def __enter__(self) -> SpeechFarEnd:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Take the program away; may be called twice."""
        self._holder.cleanup()

    def slow(self, is_slow: bool = True) -> None:
        """From the next sentence on, speak without end."""
        self._flag("slow", is_slow)

    def broken(self, is_broken: bool = True) -> None:
        """From the next sentence on, fail as where there is no sound card."""
        self._flag("broken", is_broken)

    @property
    def begun(self) -> list[str]:
        """The sentences it began to say."""
        return [one["text"] for one in self._lines() if not one["ended"]]

    @property
    def said(self) -> list[str]:
        """The sentences it said to the end."""
        return [one["text"] for one in self._lines() if one["ended"]]

    @property
    def options(self) -> list[list[str]]:
        """The options of each sentence begun."""
        return [one["options"] for one in self._lines() if not one["ended"]]

    @property
    def order(self) -> list[tuple[str, bool]]:
        """What was begun and ended (True), sentences and sounds, one after the other."""
        return [(one["text"], one["ended"]) for one in self._lines()]

    def wait_begun(self, count: int, timeout_s: float = 10.0) -> bool:
        """Wait until that many sentences were begun; False after timeout_s."""
        look = threading.Event()
        end_s = time.monotonic() + timeout_s
        while len(self.begun) < count:
            if time.monotonic() > end_s:
                return False
            look.wait(LOOK_S)
        return True

    def _lines(self) -> list[dict[str, Any]]:
        path = self._folder / "said.jsonl"
        whole = path.read_text().rpartition("\n")[0] if path.exists() else ""
        return [json.loads(line) for line in whole.splitlines()]

    def _flag(self, name: str, is_up: bool) -> None:
        path = self._folder / name
        if is_up:
            path.touch()
        else:
            path.unlink(missing_ok=True)

    def _write(self, name: str, text: str) -> None:
        (self._folder / name).write_text(text, "utf-8")
