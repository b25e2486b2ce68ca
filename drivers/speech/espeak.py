"""The voice: says prompts through the espeak-ng program, one at a time, on a thread of its own.

Where the program is missing nothing is said and nothing fails. What is said goes in by standard input: a
command line can be read by every user of the machine.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from drivers.base import Health, State

WAITING_MAXIMUM = 8  # prompts; more would be heard long after anyone wanted to know
PROMPT_MAXIMUM = 300  # characters of one prompt
SAYING_MAXIMUM_S = 60.0  # a program that speaks longer hangs
JOIN_TIMEOUT_S = 3.0
PROGRAM = "espeak-ng"
AMPLITUDE_MAXIMUM = 200  # espeak-ng's -a at full volume

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One sentence and the espeak-ng voice that says it ("cmn" for Chinese, "en")."""

    text: str
    voice: str


class Speaker:
    """A loudspeaker behind espeak-ng; `publish` gets its `Health`, from its thread.

    `volume` in percent, `rate` in words a minute; `before` is called on its thread before each sentence and
    may wait there, as for a sound to end. `say` and `hush` may be called from any thread and never wait.
    """

    name = "speech"
    kind = "speech"

    def __init__(
        self,
        publish: Callable[[Health], None],
        *,
        program: str = PROGRAM,
        volume: int = 80,
        rate: int = 160,
        before: Callable[[], object] = lambda: None,
    ) -> None:
        self.dropped = 0  # prompts that found the queue full
        self._publish = publish
        self._program = program
        self._before = before
        self._options = ["-a", str(volume * AMPLITUDE_MAXIMUM // 100), "-s", str(rate), "--stdin"]
        self._changed = threading.Condition()
        self._waiting: deque[Prompt] = deque()
        self._speaking: subprocess.Popen[bytes] | None = None
        self._ending = False
        self._health: tuple[State, str] | None = None
        self._thread = threading.Thread(target=self._run, name="speech", daemon=True)

    def start(self) -> None:
        """Begin to say what is asked for."""
        self._thread.start()

    def stop(self) -> None:
        """Fall silent and end."""
        with self._changed:
            self._ending = True
            self._hush()
            self._changed.notify_all()
        self._thread.join(JOIN_TIMEOUT_S)

    def say(self, text: str, voice: str, *, interrupt: bool = True) -> None:
        """Say a sentence: at once, instead of what is being said, or else behind it."""
        with self._changed:
            if interrupt:
                self._hush()
            if len(self._waiting) >= WAITING_MAXIMUM:
                self.dropped += 1
                return
            self._waiting.append(Prompt(text[:PROMPT_MAXIMUM], voice))
            self._changed.notify_all()

    def hush(self) -> None:
        """Fall silent now, and forget what waits."""
        with self._changed:
            self._hush()

    @property
    def speaking(self) -> bool:
        """Whether something is being said, or waits to be."""
        with self._changed:
            return bool(self._waiting) or self._speaking is not None

    def wait_until_silent(self, timeout_s: float) -> bool:
        """Wait until everything is said; False after timeout_s."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting and self._speaking is None, timeout_s)

    def _hush(self) -> None:
        self._waiting.clear()
        if self._speaking is not None:
            self._speaking.kill()

    def _run(self) -> None:
        self._report(*(("ok", "") if shutil.which(self._program) else ("absent", "")))
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._ending)
                if self._ending:
                    return
            self._before()
            with self._changed:
                if not self._waiting or self._ending:
                    continue  # silenced meanwhile
                prompt = self._waiting.popleft()
                child = self._begin(prompt)
                self._speaking = child
            if child is not None:
                self._finish(child, prompt)
            with self._changed:
                self._speaking = None
                self._changed.notify_all()

    def _begin(self, prompt: Prompt) -> subprocess.Popen[bytes] | None:
        try:
            return subprocess.Popen(
                [self._program, "-v", prompt.voice, *self._options],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:  # not there, or not any more; it may be installed while we run
            self._report("absent", "")
            return None

    def _finish(self, child: subprocess.Popen[bytes], prompt: Prompt) -> None:
        try:
            child.communicate(prompt.text.encode(), SAYING_MAXIMUM_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            self._report("lost", "stalled")
            return
        if child.returncode >= 0:  # else we silenced it
            self._report(*(("lost", "error") if child.returncode else ("ok", "")))

    def _report(self, state: State, detail: str) -> None:
        if self._health != (state, detail):
            self._health = (state, detail)
            _log.info("speech: %s %s", state, detail)
            self._publish(Health(self.name, self.kind, state, detail, time.monotonic()))
