"""The one thread that owns the database in a running terminal; knows nothing of what it runs."""

from __future__ import annotations

import itertools
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")
MAX_WAITING = 1_000


@dataclass(order=True)
class _Job:
    order: tuple[int, int]
    run: Callable[[], None] = field(compare=False)


class Worker:
    """Runs jobs one after another on its own thread; `first` jobs go before the others."""

    def __init__(self, deliver: Callable[[Callable[[], None]], None] = lambda done: done()) -> None:
        """`deliver` carries outcomes to the thread that wants them (the screen's); default: this thread."""
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue(MAX_WAITING)
        self._count = itertools.count()
        self._deliver = deliver
        self._thread = threading.Thread(target=self._run, name="ledger", daemon=True)
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin taking jobs."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Finish what is queued, then end; returns when the thread has ended or the time is over."""
        self._stopping.set()
        self._put(9, lambda: None)
        self._thread.join(timeout_s)

    def submit(
        self,
        job: Callable[..., T],
        *args: Any,
        then: Callable[[T], None] | None = None,
        failed: Callable[[BaseException], None] | None = None,
        first: bool = False,
    ) -> None:
        """Queue `job(*args)`; `then(result)` or `failed(error)` are delivered. `queue.Full` when swamped.

        An error nobody asked for goes to `threading.excepthook`, so it is logged and never lost.
        """

        def run() -> None:
            try:
                result = job(*args)
            except BaseException as error:  # noqa: BLE001  # handed on whole, to the asker or the hook
                if failed is not None:
                    self._hand(failed, error)
                else:
                    _report(error)
            else:
                if then is not None:
                    self._hand(then, result)

        self._put(0 if first else 1, run)

    def call(self, job: Callable[..., T], *args: Any, first: bool = False) -> T:
        """Run `job(*args)` on the worker and wait for its result; raises what it raises."""
        done = threading.Event()
        outcome: list[Any] = []

        def run() -> None:
            try:
                outcome[:] = [True, job(*args)]
            except BaseException as error:  # noqa: BLE001  # raised again at the caller
                outcome[:] = [False, error]
            done.set()

        self._put(0 if first else 1, run)
        while not done.wait(1.0):
            assert self._thread.is_alive(), "the worker is not running"
        if outcome[0]:
            result: T = outcome[1]
            return result
        raise outcome[1]

    def _hand(self, handler: Callable[[Any], None], value: Any) -> None:
        self._deliver(lambda: handler(value))

    def _put(self, rank: int, run: Callable[[], None]) -> None:
        self._jobs.put_nowait(_Job((rank, next(self._count)), run))

    def _run(self) -> None:
        while not (self._stopping.is_set() and self._jobs.empty()):
            self._jobs.get().run()


def _report(error: BaseException) -> None:
    thread = threading.current_thread()
    threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, thread)))
