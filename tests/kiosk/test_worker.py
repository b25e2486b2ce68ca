"""The worker: one thread, in order, urgent work first, errors handed on, nothing queued is left undone."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator

import pytest

from kiosk import worker as workers
from kiosk.worker import Worker


@pytest.fixture
def worker() -> Iterator[Worker]:
    made = Worker()
    made.start()
    yield made
    made.stop()


def test_results_and_errors_come_back(worker: Worker) -> None:
    assert worker.call(lambda a, b: a + b, 2, 3) == 5
    with pytest.raises(ZeroDivisionError):
        worker.call(lambda: 1 // 0)
    got: queue.Queue[object] = queue.Queue()
    worker.submit(lambda: "fine", then=got.put)
    worker.submit(lambda: 1 // 0, then=got.put, failed=got.put)
    assert got.get(timeout=5) == "fine"
    assert isinstance(got.get(timeout=5), ZeroDivisionError)


def test_everything_runs_on_one_thread(worker: Worker) -> None:
    threads = {worker.call(threading.get_ident) for _ in range(20)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads


def test_urgent_work_goes_first(worker: Worker) -> None:
    gate, order = threading.Event(), []
    worker.submit(gate.wait)
    for number in range(3):
        worker.submit(order.append, number)
    worker.submit(order.append, "urgent", first=True)
    gate.set()
    worker.call(lambda: None)
    assert order == ["urgent", 0, 1, 2]


def test_outcomes_are_delivered_where_wanted() -> None:
    delivered: queue.Queue[object] = queue.Queue()
    made = Worker(deliver=delivered.put)
    made.start()
    seen: list[int] = []
    made.submit(lambda: 7, then=seen.append)
    done = delivered.get(timeout=5)
    assert seen == []
    assert callable(done)
    done()
    made.stop()
    assert seen == [7]


def test_an_error_nobody_asked_for_is_reported(monkeypatch: pytest.MonkeyPatch, worker: Worker) -> None:
    reported: queue.Queue[object] = queue.Queue()
    monkeypatch.setattr(threading, "excepthook", lambda args: reported.put(args.exc_type))
    worker.submit(lambda: 1 // 0)
    assert reported.get(timeout=5) is ZeroDivisionError
    assert worker.call(lambda: "still there") == "still there"


def test_what_is_queued_is_done_before_the_end() -> None:
    made, done = Worker(), []
    made.start()
    for number in range(50):
        made.submit(done.append, number)
    made.stop()
    assert done == list(range(50))


def test_a_swamped_worker_says_so(worker: Worker) -> None:
    gate = threading.Event()
    worker.submit(gate.wait)
    with pytest.raises(queue.Full):
        for _ in range(workers.MAX_WAITING + 2):
            worker.submit(lambda: None)
    gate.set()
    while True:
        try:
            assert worker.call(lambda: "free again") == "free again"
            break
        except queue.Full:
            continue
