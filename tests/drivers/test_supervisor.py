"""The supervisor keeps every reader open for ever, says so once, and stops in time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest

from drivers import registry
from drivers.base import DeviceError, Scan
from drivers.supervisor import SCANS_PER_S_MOST, Supervisor
from tests.drivers.recorder import Recorder


class Scripted:
    """A reader whose device is there or not, as the test says."""

    kind = "scripted"

    def __init__(self, name: str = "one") -> None:
        self.name = name
        self.there = threading.Event()
        self.there.set()
        self.mistake: Exception | None = None
        self.scans: list[str] = []
        self.opened = self.closed = 0
        self.warning = ""
        self._lock = threading.Condition()

    def open(self) -> None:
        self.opened += 1
        if not self.there.is_set():
            raise DeviceError("not there", code="absent")

    def read(self, timeout_s: float) -> Scan | None:
        if self.mistake is not None:
            raise self.mistake
        if not self.there.is_set():
            raise DeviceError("gone", code="unplugged")
        with self._lock:
            if not self.scans:
                self._lock.wait(0.01)
                return None
            return Scan(self.name, "", self.scans.pop(0), time.monotonic())

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def supervisor(recorder: Recorder) -> Iterator[Supervisor]:
    made = Supervisor(recorder, backoff_first_s=0.01, backoff_most_s=0.04)
    yield made
    assert made.stop() == ()


def test_scans_are_published_in_order(recorder: Recorder, supervisor: Supervisor) -> None:
    reader = Scripted()
    reader.scans += ["a", "b", "c"]
    supervisor.add(reader)
    supervisor.start()
    recorder.wait(lambda: recorder.texts == ["a", "b", "c"])
    assert supervisor.health()["one"].state == "ok"


def test_lost_and_found_are_said_once(
    recorder: Recorder, supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "drivers.supervisor")
    reader = Scripted()
    supervisor.add(reader)
    supervisor.start()
    recorder.wait_state("one", "ok")
    reader.there.clear()
    recorder.wait_state("one", "absent")
    tries = reader.opened
    while reader.opened < tries + 5:
        time.sleep(0.005)
    reader.there.set()
    recorder.wait_state("one", "ok")
    assert recorder.states("one") == [
        ("ok", ""),
        ("lost", "unplugged"),
        ("absent", "absent"),
        ("ok", ""),
    ]
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]


def test_a_mistake_in_a_driver_does_not_end_it_and_quotes_nothing(
    recorder: Recorder, supervisor: Supervisor, caplog: pytest.LogCaptureFixture
) -> None:
    reader = Scripted()
    reader.mistake = ZeroDivisionError("P1:secret card text")
    supervisor.add(reader)
    supervisor.start()
    recorder.wait_state("one", "lost")
    assert recorder.states("one") == [("lost", "driver-failed")]
    reader.mistake = None
    recorder.wait_state("one", "ok")
    assert "secret" not in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_one_device_lost_leaves_the_others_alone(recorder: Recorder, supervisor: Supervisor) -> None:
    good, bad = Scripted("good"), Scripted("bad")
    bad.there.clear()
    supervisor.add(good)
    supervisor.add(bad)
    supervisor.start()
    recorder.wait_state("bad", "absent")
    good.scans.append("still here")
    recorder.wait(lambda: recorder.texts == ["still here"])


def test_a_warning_of_the_reader_is_its_health(recorder: Recorder, supervisor: Supervisor) -> None:
    reader = Scripted()
    supervisor.add(reader)
    supervisor.start()
    recorder.wait_state("one", "ok")
    reader.warning = "rejected"
    recorder.wait_state("one", "warning")
    assert supervisor.health()["one"].detail == "rejected"
    reader.warning = ""
    recorder.wait_state("one", "ok")


def test_a_device_gone_wild_is_cut_and_counted(recorder: Recorder, supervisor: Supervisor) -> None:
    reader = Scripted()
    many = SCANS_PER_S_MOST * 3
    reader.scans += [str(number) for number in range(many)]
    supervisor.add(reader)
    supervisor.start()
    deadline = time.monotonic() + 20
    while len(recorder.texts) + supervisor.counters()["one"]["over-rate"] < many:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert supervisor.counters()["one"]["over-rate"] >= SCANS_PER_S_MOST
    assert len(recorder.texts) >= SCANS_PER_S_MOST


def test_stop_ends_every_thread_and_closes(recorder: Recorder) -> None:
    supervisor = Supervisor(recorder)
    readers = [Scripted(f"r{number}") for number in range(4)]
    readers[0].there.clear()
    for reader in readers:
        supervisor.add(reader)
    supervisor.start()
    recorder.wait_state("r3", "ok")
    start = time.monotonic()
    assert supervisor.stop() == ()
    assert time.monotonic() - start < 2.0
    assert all(reader.closed >= 1 for reader in readers)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("device:")]


def test_a_reader_that_hangs_is_named(recorder: Recorder) -> None:
    release = threading.Event()

    class Hanging(Scripted):
        def open(self) -> None:
            release.wait()

    supervisor = Supervisor(recorder)
    supervisor.add(Hanging("stuck"))
    supervisor.start()
    assert supervisor.stop(0.1) == ("stuck",)
    release.set()
    assert supervisor.stop() == ()


@pytest.mark.parametrize("name", registry.names())
def test_every_registered_name_has_a_class(name: str) -> None:
    assert registry.driver_class(name).__init__


def test_an_unknown_driver_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        registry.driver_class("teleprinter")
