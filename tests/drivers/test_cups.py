"""A CUPS queue as a wire; `lp` and `lpstat` are small scripts here that behave as the real ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from drivers.base import DeviceError
from drivers.cups import COLLECTED_MAXIMUM
from drivers.printer.printer import EscposPrinter
from drivers.printer.profile import profile
from drivers.wire import open_wire

JOB = b"\x1b@slip\n\x1dVB\x00"


def tool(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in front of the PATH with a CUPS that knows one queue and keeps what it is given."""
    folder = tmp_path / "bin"
    folder.mkdir()
    tool(folder, "lpstat", 'test "$2" = slips')
    tool(folder, "lp", f'echo "$@" >> {folder}/said; cat >> {folder}/printed')
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return folder


def test_what_is_written_becomes_one_raw_job(cups: Path) -> None:
    wire = open_wire("cups:slips")
    assert not wire.answers
    wire.write(JOB[:5], 1.0)
    wire.write(JOB[5:], 1.0)
    assert not (cups / "printed").exists()
    wire.flush(5.0)
    wire.flush(5.0)
    assert (cups / "printed").read_bytes() == JOB
    assert (cups / "said").read_text() == "-s -d slips -o raw -t slip\n"
    assert wire.read(10, 5.0) == b""
    wire.write(b"never", 1.0)
    wire.close()
    wire.flush(1.0)
    assert (cups / "printed").read_bytes() == JOB


@pytest.mark.parametrize("address", ["cups:", "cups:-d", "cups:a b", "cups:/etc/passwd"])
def test_a_name_that_is_none_is_refused(cups: Path, address: str) -> None:
    with pytest.raises(DeviceError) as no:
        open_wire(address)
    assert no.value.code == "bad-address"


def test_no_such_queue_and_no_cups(cups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DeviceError) as no:
        open_wire("cups:other")
    assert no.value.code == "absent"
    monkeypatch.setenv("PATH", str(cups / "nothing-here"))
    with pytest.raises(DeviceError, match="cups-client") as no:
        open_wire("cups:slips")
    assert no.value.code == "absent"


def test_a_server_that_does_not_answer(cups: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.cups.LPSTAT_TIMEOUT_S", 0.2)
    tool(cups, "lpstat", "exec sleep 30")
    with pytest.raises(DeviceError) as no:
        open_wire("cups:slips")
    assert no.value.code == "absent"


def test_refused_nothing_went_out_hung_nobody_knows(cups: Path) -> None:
    wire = open_wire("cups:slips")
    tool(cups, "lp", "cat > /dev/null; echo lp: queue is not accepting jobs >&2; exit 1")
    wire.write(JOB, 1.0)
    with pytest.raises(DeviceError, match="not accepting") as refused:
        wire.flush(5.0)
    assert (refused.value.code, refused.value.written) == ("unplugged", 0)
    tool(cups, "lp", "exec sleep 30")
    wire.write(JOB, 1.0)
    with pytest.raises(DeviceError) as hung:
        wire.flush(0.2)
    assert (hung.value.code, hung.value.written) == ("stalled", len(JOB))


def test_a_job_has_a_maximum(cups: Path) -> None:
    wire = open_wire("cups:slips")
    wire.write(bytes(COLLECTED_MAXIMUM), 1.0)
    with pytest.raises(DeviceError) as full:
        wire.write(b"x", 1.0)
    assert full.value.code == "stalled"


@pytest.mark.parametrize("name", ["epson-tm80", "plain-58"])
def test_a_printer_behind_cups_is_asked_nothing_and_never_claims(cups: Path, name: str) -> None:
    printer = EscposPrinter("printer", "cups:slips", profile(name))
    assert printer.status().fault == ""
    outcome = printer.print(JOB, b"1")
    assert (outcome.state, outcome.reason, outcome.bytes_out) == ("unknown", "no-proof", len(JOB))
    assert (cups / "printed").read_bytes() == JOB
    tool(cups, "lp", "exit 1")
    outcome = printer.print(JOB, b"2")
    assert (outcome.state, outcome.reason, outcome.bytes_out) == ("failed", "unplugged", 0)
