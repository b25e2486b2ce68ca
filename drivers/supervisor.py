"""The device threads: each opens a reader, publishes what it reads, reopens for ever; decides nothing."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable

from drivers.base import DeviceError, Health, Reader, Reading, State

READ_TIMEOUT_S = 0.25  # how long a thread may take to notice stop()
BACKOFF_FIRST_S = 0.2
BACKOFF_MOST_S = 5.0
CANCEL_EVERY_S = 0.1
STEADY_S = 10.0  # a device that held this long starts again with the shortest pause
SCANS_PER_S_MOST = 200  # more than a person can show; a device gone wild must not flood the screen
READERS_MOST = 16

_log = logging.getLogger(__name__)


class Supervisor:
    """Owns one thread per reader. `publish` is called from those threads and must not block."""

    def __init__(
        self,
        publish: Callable[[Reading | Health], None],
        *,
        backoff_first_s: float = BACKOFF_FIRST_S,
        backoff_most_s: float = BACKOFF_MOST_S,
    ) -> None:
        self._publish = publish
        self._backoff_first_s = backoff_first_s
        self._backoff_most_s = backoff_most_s
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._keepers: list[_Keeper] = []
        self._health: dict[str, Health] = {}
        self._started = False

    def add(self, reader: Reader) -> None:
        """Take charge of a reader; its name must be new. It starts at once when start() was called."""
        assert reader.name not in self._health, f"two devices named {reader.name}"
        assert len(self._keepers) < READERS_MOST
        with self._lock:
            self._health[reader.name] = Health(reader.name, reader.kind, "absent", "", time.monotonic())
        keeper = _Keeper(self, reader)
        self._keepers.append(keeper)
        if self._started:
            keeper.thread.start()

    def start(self) -> None:
        """Start every thread; returns at once, whether or not any device is there."""
        self._started = True
        for keeper in self._keepers:
            keeper.thread.start()

    def stop(self, timeout_s: float = 3.0) -> tuple[str, ...]:
        """End every thread and close the devices; names the devices that did not let go in time."""
        self._stop.set()
        deadline = time.monotonic() + timeout_s
        for keeper in self._keepers:
            cancel: Callable[[], None] = getattr(keeper.reader, "cancel", _nothing)
            while keeper.thread.is_alive() and (left_s := deadline - time.monotonic()) > 0:
                cancel()  # again and again: the thread may have been just about to wait
                keeper.thread.join(min(CANCEL_EVERY_S, left_s))
        return tuple(keeper.reader.name for keeper in self._keepers if keeper.thread.is_alive())

    def health(self) -> dict[str, Health]:
        """The latest report of each device, by name; safe from any thread."""
        with self._lock:
            return dict(self._health)

    def counters(self) -> dict[str, dict[str, int]]:
        """By device: what it rejected and dropped; "over-rate" are scans beyond SCANS_PER_S_MOST."""
        found: dict[str, dict[str, int]] = {}
        for keeper in self._keepers:
            count: Callable[[], dict[str, int]] = getattr(keeper.reader, "counters", dict)
            found[keeper.reader.name] = count() | {"over-rate": keeper.dropped}
        return found

    def _report(self, reader: Reader, state: State, detail: str) -> None:
        """Publish and log a change of state, once; the same state again is no news."""
        with self._lock:
            before = self._health[reader.name]
            if (before.state, before.detail) == (state, detail):
                return
            since_s = before.since_s if before.state == state else time.monotonic()
            now = Health(reader.name, reader.kind, state, detail, since_s)
            self._health[reader.name] = now
        self._publish(now)


def _nothing() -> None:
    """A reader without cancel() waits no longer than its read time-out."""


class _Keeper:
    """The life of one reader on its own thread."""

    def __init__(self, owner: Supervisor, reader: Reader) -> None:
        self.reader = reader
        self.dropped = 0
        self._owner = owner
        self._second = 0
        self._in_second = 0
        self.thread = threading.Thread(target=self._run, name=f"device:{reader.name}", daemon=True)

    def _run(self) -> None:
        owner, reader = self._owner, self.reader
        pause_s = owner._backoff_first_s
        said_lost = False
        while not owner._stop.is_set():
            opened_at_s = time.monotonic()
            try:
                reader.open()
                self._read_once()  # some lines open well and fail at once; only a read proves them
                if said_lost:
                    _log.info("%s: found again", reader.name)
                    said_lost = False
                while not owner._stop.is_set():
                    warning: str = getattr(reader, "warning", "")
                    owner._report(reader, "warning" if warning else "ok", warning)
                    self._read_once()
            except DeviceError as error:
                if owner._stop.is_set():
                    break  # stop() made it let go: no loss to report
                if not said_lost:
                    _log.warning("%s: lost: %s", reader.name, error)
                    said_lost = True
                state: State = "absent" if error.code in ("absent", "bad-address") else "lost"
                owner._report(reader, state, error.code)
            except Exception as error:  # noqa: BLE001 - a mistake in a driver must not silence it for the day
                if not said_lost:
                    # Where, but not the message: it might quote what was read.
                    where = "".join(traceback.format_tb(error.__traceback__))
                    _log.error("%s: driver failed: %s\n%s", reader.name, type(error).__name__, where)
                    said_lost = True
                owner._report(reader, "lost", "driver-failed")
            finally:
                reader.close()
            if time.monotonic() - opened_at_s > STEADY_S:
                pause_s = owner._backoff_first_s
            owner._stop.wait(pause_s)
            pause_s = min(owner._backoff_most_s, pause_s * 2)

    def _read_once(self) -> None:
        reading = self.reader.read(READ_TIMEOUT_S)
        if reading is not None and self._within_rate():
            self._owner._publish(reading)

    def _within_rate(self) -> bool:
        second = int(time.monotonic())
        if second != self._second:
            self._second, self._in_second = second, 0
        self._in_second += 1
        if self._in_second <= SCANS_PER_S_MOST:
            return True
        if self.dropped == 0 or self._in_second == SCANS_PER_S_MOST + 1:
            _log.warning("%s: more than %d scans in a second", self.reader.name, SCANS_PER_S_MOST)
        self.dropped += 1
        return False
