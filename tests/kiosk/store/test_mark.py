"""The mark: one record of one size, whole or not there."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.store.mark import RECORD_BYTES, Mark, MarkFile, machine_id

MARK = Mark(37, 1, 284, "ab" * 32, "machine")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    file = MarkFile(tmp_path / "mark")
    assert file.read() is None
    file.write(MARK)
    assert file.read() == MARK
    longest = Mark(9999, 2000, 10**9, "ab" * 32, "m" * 32)
    file.write(longest)
    file.write(MARK)
    assert file.read() == MARK
    assert (tmp_path / "mark").stat().st_size == RECORD_BYTES
    assert (tmp_path / "mark").stat().st_mode & 0o777 == 0o600


@given(st.integers(0, RECORD_BYTES - 1), st.integers(1, 255))
def test_any_changed_byte_that_matters_is_noticed(
    tmp_path_factory: pytest.TempPathFactory, at: int, change: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "mark-bytes"
    file = MarkFile(path)
    file.write(MARK)
    record = bytearray(path.read_bytes())
    record[at] ^= change
    path.write_bytes(bytes(record))
    assert file.read() in (None, MARK)  # MARK where the byte was padding and still is


@given(st.integers(0, RECORD_BYTES))
def test_a_record_torn_between_two_is_neither(tmp_path_factory: pytest.TempPathFactory, at: int) -> None:
    path = tmp_path_factory.getbasetemp() / "mark-torn"
    file = MarkFile(path)
    newer = Mark(37, 1, 295, "ba" * 32, "machine")
    file.write(MARK)
    old = path.read_bytes()
    file.write(newer)
    path.write_bytes(path.read_bytes()[:at] + old[at:])
    assert file.read() in (None, MARK, newer)


def test_one_writes_while_another_reads(tmp_path: Path) -> None:
    file = MarkFile(tmp_path / "mark")
    file.write(MARK)
    stop = threading.Event()

    def write() -> None:
        seq = 0
        while not stop.is_set():
            seq += 1
            file.write(MARK._replace(seq=seq))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        assert all(MarkFile(tmp_path / "mark").read() is not None for _ in range(2000))
    finally:
        stop.set()
        thread.join()


def test_this_machine_has_a_name() -> None:
    assert machine_id()
    assert " " not in machine_id()
