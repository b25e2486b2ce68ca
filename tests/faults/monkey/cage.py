"""What the monkey is shut up with: the village's far ends, and a terminal that is switched on and killed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any

from kiosk.demo.display import virtual_display
from kiosk.demo.seed import CONFIG_FILE
from kiosk.demo.training import FOLDER as TRAINING
from kiosk.demo.village import Village
from kiosk.ui.flow import FIRST_PAGES
from kiosk.ui.inspect_client import Window
from tests.faults.monkey.thrown import throw
from tests.kiosk.ui import real

IDLE_S, STAFF_IDLE_S = 12, 30  # until a visit ends by itself: the monkey waits for it now and then
START_MOST_S, STOP_MOST_S, READY_MOST_S = 90.0, 30.0, 90.0
MISTAKES = re.compile(
    r"Traceback|Fatal Python error|thread \S+ ended|CRITICAL"
    r"|(?:a service|a look-up) failed: (?!NoAnswer|Full )\w+ at .*"
)
_WHEN = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ ")


class Cage:
    """One village, one terminal. Use as a context manager; the terminal is off at first."""

    def __init__(self, folder: Path, width: int, height: int, locale: str, **screen: Any) -> None:
        self.folder = folder
        self.clock, self._program_log = folder / "clock", folder / "program.log"
        self._size = (width, height)
        self._screen = {
            "width": width,
            "height": height,
            "locale": locale,
            "idle_timeout_s": IDLE_S,
            "staff_timeout_s": STAFF_IDLE_S,
            **screen,
        }
        self._parts = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self._window: Window | None = None
        self.training = False

    def __enter__(self) -> Cage:
        with ExitStack() as parts:
            self.folder.mkdir(parents=True, exist_ok=True)
            throw(self.clock, 0.0)
            self.place = real.village(self.folder / "village")
            self.village = parts.enter_context(Village(self.folder / "village", self._screen))
            (self.village.folder / real.STICK).mkdir()
            with (self.village.folder / CONFIG_FILE).open("a", encoding="utf-8") as file:
                file.write(f'\n[books]\nexport_dir = "{real.STICK}"\n\n[rules]\nscoring_day = 1\n')
            self.display = parts.enter_context(virtual_display(*self._size))
            parts.callback(self.pull_power)
            self._parts = parts.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.close()

    @property
    def window(self) -> Window:
        """The running terminal's."""
        assert self._window is not None, "the terminal is off"
        return self._window

    @property
    def pid(self) -> int:
        """The running program's."""
        assert self._process is not None, "the terminal is off"
        return self._process.pid

    @property
    def on(self) -> bool:
        """Whether the terminal is switched on."""
        return self._process is not None

    def worked_s(self) -> float:
        """Processor time the program has had since it was switched on; 0 when it has ended."""
        try:
            fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return 0.0
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def ended(self) -> bool:
        """The program has ended though nobody switched it off."""
        return self._process is not None and self._process.poll() is not None

    def power_on(self, *, training: bool = False) -> None:
        """Switch on and wait until every page that is made at once is there."""
        assert self._process is None, "the terminal is on"
        self.training = training
        self.village.inspect_socket.unlink(missing_ok=True)
        words = ["run", "--inspect", str(self.village.inspect_socket), *(["--training"] if training else [])]
        self._process = subprocess.Popen(
            self._program(*words), env={**os.environ, "DISPLAY": self.display, "PYTHONUTF8": "1"}
        )
        self._window = Window(self.village.inspect_socket, self.display, START_MOST_S)
        end_s = time.monotonic() + READY_MOST_S
        while True:
            try:
                self._window.wait_for(where=lambda s: s["pages"] >= len(FIRST_PAGES), timeout_s=READY_MOST_S)
                return
            except AssertionError:  # a busy machine may not answer at first
                if time.monotonic() > end_s:
                    raise

    def pull_power(self) -> None:
        """Kill the program, whatever it is doing."""
        self._hang_up()
        if self._process is not None:
            self._process.kill()
            self._process.wait(STOP_MOST_S)
            self._process = None

    def switch_off(self) -> str:
        """End the program in order; returns what was wrong with its end, "" for nothing."""
        assert self._process is not None, "the terminal is off"
        self._hang_up()
        self._process.terminate()
        try:
            code = self._process.wait(STOP_MOST_S)
        except subprocess.TimeoutExpired:
            self.show_threads()
            self.pull_power()
            return f"the program did not end within {STOP_MOST_S:g} s"
        self._process = None
        return "" if code == 0 else f"the program ended with {code}"

    def show_threads(self) -> None:
        """Where every thread of the program is, into its log."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGUSR1)
            time.sleep(1.0)  # it is written by the program's own signal handler

    def mistakes(self) -> Counter[str]:
        """What the logs say of mistakes of ours, each with how often."""
        return Counter(found for line in self._lines() for found in MISTAKES.findall(line))

    def warnings(self) -> Counter[str]:
        """Every other line that is a warning or worse, without its time and digits."""
        wanted = (_WHEN.sub("", line) for line in self._lines() if " ERROR " in line or " WARNING " in line)
        return Counter(re.sub(r"\d+", "#", line.strip()) for line in wanted)

    def verify(self) -> str:
        """What `kiosk verify` finds in the books, "" when they are clean; the terminal must be off."""
        ran = subprocess.run(
            self._program("verify", "--json"), capture_output=True, text=True, timeout=600, check=False
        )
        if ran.returncode:
            return ran.stdout[-2000:] or self._program_log.read_text("utf-8", "replace")[-2000:]
        told = json.loads(ran.stdout)
        return "" if told["ok"] else ran.stdout[-2000:]

    def _program(self, *words: str) -> list[str]:
        own = [sys.executable, "-m", "tests.faults.monkey.thrown", str(self.clock), str(self._program_log)]
        return [*own, "--config", str(self.village.folder / CONFIG_FILE), *words]

    def _hang_up(self) -> None:
        if self._window is not None:
            self._window.close()
            self._window = None

    def _lines(self) -> list[str]:
        terminal = self.village.folder / "terminal"
        logs = [
            *terminal.glob("log/kiosk.log*"),
            *terminal.glob(f"{TRAINING}/**/kiosk.log*"),
            self._program_log,
        ]
        return [
            line for log in logs if log.exists() for line in log.read_text("utf-8", "replace").splitlines()
        ]
