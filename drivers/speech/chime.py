"""Short sounds through the loudspeaker: what was read, done or refused is heard before it is read.

Played by the aplay program, on a thread of its own; where the program or the sound card is missing nothing is
heard and nothing fails. A sound interrupts no sentence and no other sound.
"""

from __future__ import annotations

import array
import io
import logging
import shutil
import subprocess
import sys
import threading
import wave

PROGRAM = "aplay"
SOUND_MAXIMUM_S = 3.0  # a program that plays longer hangs
JOIN_TIMEOUT_S = 3.0
BYTES_A_SAMPLE = 2

_log = logging.getLogger(__name__)


class Chime:
    """A loudspeaker behind aplay. `play` and `wait_until_silent` may be called from any thread."""

    name = "sound"

    def __init__(self, *, program: str = PROGRAM) -> None:
        self._program = program
        self._changed = threading.Condition()
        self._waiting: bytes | None = None
        self._playing: subprocess.Popen[bytes] | None = None
        self._ending = False
        self._state = ""
        self._thread = threading.Thread(target=self._run, name="sound", daemon=True)

    def start(self) -> None:
        """Begin to play what is asked for."""
        self._thread.start()

    def stop(self) -> None:
        """Fall silent and end."""
        with self._changed:
            self._ending = True
            if self._playing is not None:
                self._playing.kill()
            self._changed.notify_all()
        self._thread.join(JOIN_TIMEOUT_S)

    def play(self, sound: bytes) -> None:
        """Play a WAV file, at once or behind the sound under way; of those that wait the newest stays."""
        with self._changed:
            self._waiting = sound
            self._changed.notify_all()

    def wait_until_silent(self, timeout_s: float) -> bool:
        """Wait until everything was played; False after timeout_s."""
        with self._changed:
            return self._changed.wait_for(lambda: self._waiting is None and self._playing is None, timeout_s)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting is not None or self._ending)
                if self._ending:
                    return
                sound, self._waiting = self._waiting, None
                child = self._playing = self._begin()
            if child is not None and sound is not None:
                self._finish(child, sound)
            with self._changed:
                self._playing = None
                self._changed.notify_all()

    def _begin(self) -> subprocess.Popen[bytes] | None:
        if shutil.which(self._program) is None:  # it may be installed while we run
            self._note("absent")
            return None
        try:
            return subprocess.Popen(
                [self._program, "-q", "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError:
            self._note("absent")
            return None

    def _finish(self, child: subprocess.Popen[bytes], sound: bytes) -> None:
        try:
            child.communicate(sound, SOUND_MAXIMUM_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            self._note("stalled")
            return
        if child.returncode >= 0:  # else we silenced it
            self._note("error" if child.returncode else "ok")

    def _note(self, state: str) -> None:
        """Tell the log what changed, not each sound."""
        if self._state != state:
            self._state = state
            _log.info("sound: %s", state)


def quieter(sound: bytes, percent: int) -> bytes:
    """A WAV file of 16-bit samples with its samples at that share of their height."""
    with wave.open(io.BytesIO(sound)) as source:
        params = source.getparams()
        assert params.sampwidth == BYTES_A_SAMPLE, "our sounds have 16-bit samples"
        samples = array.array("h", source.readframes(params.nframes))
    if sys.byteorder == "big":
        samples.byteswap()
    scaled = array.array("h", (sample * percent // 100 for sample in samples))
    if sys.byteorder == "big":
        scaled.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as target:
        target.setparams(params)
        target.writeframes(scaled.tobytes())
    return made.getvalue()
