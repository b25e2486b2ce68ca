"""One contract for every hand scanner: serial and keyboard wedge, over a pty, TCP and a line in memory."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from drivers.base import DeviceError
from drivers.scanner import sieve
from drivers.scanner.sieve import DOUBLE_READ_S, WAITING_MAXIMUM
from drivers.supervisor import SCANS_PER_S_MOST, Supervisor
from tests.drivers.recorder import Recorder
from tests.drivers.scanner.rigs import RIGS, Rig, hear, numbered, read_all, take

CARD = "P1:YS:0370217:3:" + "A2B3" * 5
FLOOD = 10_000


@pytest.fixture(params=RIGS, ids=lambda kind: kind.__name__)
def kind(request: pytest.FixtureRequest) -> type[Rig]:
    made: type[Rig] = request.param
    return made


@pytest.fixture
def rig(kind: type[Rig], tmp_path: Path) -> Iterator[Rig]:
    made = kind(tmp_path)
    yield made
    made.reader.close()
    made.end()


def flood(rig: Rig, texts: list[str]) -> threading.Thread:
    """Send all the codes from another thread; the line holds it up when nobody reads."""

    def send() -> None:
        for start in range(0, len(texts), 50):
            rig.send(b"".join(rig.encode(text) for text in texts[start : start + 50]))

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread


def read_apart(rig: Rig, pieces: list[bytes], pause_s: float) -> tuple[list[str], float]:
    """What is read while the pieces come with pauses between, and the longest of these pauses as it was."""
    sent_at_s: list[float] = []

    def send() -> None:
        for piece in pieces:
            if sent_at_s:
                time.sleep(pause_s)  # the slow line is what is tried
            rig.send(piece)
            sent_at_s.append(time.monotonic())

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    texts: list[str] = []
    alive = True
    while alive:
        alive = thread.is_alive()
        scan = rig.reader.read(0.02 if alive else pause_s)
        texts += [scan.text] if scan else []
    return texts, max(after - before for before, after in pairwise(sent_at_s))


def test_a_code_is_read_whole_with_its_time(rig: Rig) -> None:
    rig.reader.open()
    before_s = time.monotonic()
    rig.send(rig.encode("]Q1" + CARD))
    scan = rig.reader.read(5)
    assert scan is not None
    assert (scan.source, scan.symbology, scan.text) == ("scanner", "QR", CARD)
    assert before_s - 0.01 <= scan.at_s <= time.monotonic()


def test_silence_is_none_in_time(rig: Rig) -> None:
    rig.reader.open()
    start_s = time.monotonic()
    assert rig.reader.read(0.1) is None
    assert 0.08 < time.monotonic() - start_s < 1


def test_a_code_without_an_end_ends_by_a_gap(rig: Rig) -> None:
    rig.reader.open()
    rig.send(rig.encode(CARD, False))
    start_s = time.monotonic()
    assert read_all(rig.reader, 1) == [CARD]
    assert time.monotonic() - start_s < 1


def test_a_code_split_anywhere_is_one_code(rig: Rig) -> None:
    rig.reader.open()
    texts = []
    size = len(rig.encode("a-00000"))
    for at in range(1, size):
        texts.append(f"a-{at:05}")
        data = rig.encode(texts[-1])
        rig.send(data[:at])
        got = take(rig.reader)
        rig.send(data[at:])
        assert (got or read_all(rig.reader, 1)) == texts[-1:], at
    assert not rig.reader.warning


def test_a_code_broken_off_anywhere_costs_only_itself(rig: Rig) -> None:
    rig.reader.open()
    whole = rig.encode("A:")
    for at in range(1, len(whole) - 1):
        rig.send(whole[:at])
        hear(rig.reader, 0.001)
        rig.send(rig.encode(f"next-{at}"))
        assert read_all(rig.reader, 1) == [f"next-{at}"], at


def test_slow_bytes_are_one_code(rig: Rig) -> None:
    rig.reader.open()
    data = rig.encode("S1")
    texts = []
    for at in range(len(data)):
        rig.send(data[at : at + 1])
        texts += take(rig.reader)
    assert texts == ["S1"]


def test_pauses_just_below_a_gap_part_no_code_those_above_do(rig: Rig) -> None:
    rig.reader._gap_s = gap_s = 0.15
    rig.reader.open()
    pieces = [rig.encode("S", False), rig.encode("1", False), rig.encode("2")]
    longest_s = gap_s
    for _ in range(5):
        texts, longest_s = read_apart(rig, pieces, 0.7 * gap_s)
        if longest_s < 0.95 * gap_s:  # else this machine held up the far end
            assert texts == ["S12"]
            break
    assert longest_s < gap_s, "never quick enough to be tried"
    assert read_apart(rig, pieces, 1.3 * gap_s)[0] == ["S", "1", "2"]


def test_codes_at_once_are_all_kept_in_order(rig: Rig) -> None:
    rig.reader.open()
    texts = numbered(200)
    sending = flood(rig, texts)
    assert read_all(rig.reader, 200) == texts
    sending.join()


def test_a_double_read_counts_once_two_pieces_of_a_good_twice(rig: Rig) -> None:
    rig.reader.open()
    rig.send(rig.encode("6901234000024") * 2 + rig.encode("6901234000031") + rig.encode("6901234000024"))
    assert read_all(rig.reader, 3) == ["6901234000024", "6901234000031", "6901234000024"]
    assert rig.reader.counters()["repeated"] == 1
    assert rig.reader.read(DOUBLE_READ_S * 1.2) is None
    rig.send(rig.encode("6901234000024"))
    assert read_all(rig.reader, 1) == ["6901234000024"]


def test_codes_that_set_up_a_scanner_go_no_further(rig: Rig) -> None:
    rig.reader.open()
    for text in ("@SETUPE1", "NLS0006010;", "||>SET COM.ADDRESS", "%0401D03%", "@MENU_OPTO@ZZ@U2@"):
        rig.send(rig.encode(text))
    rig.send(rig.encode(CARD))
    assert read_all(rig.reader, 1) == [CARD]
    assert rig.reader.counters() == {"rejected:programming": 5}
    assert rig.reader.warning == "rejected"


def test_garbage_is_refused_and_the_next_code_read(rig: Rig) -> None:
    rig.reader.open()
    rig.send(b"\x00\xff\x80\x1b" * 50)
    while rig.reader.read(0.2) is not None:
        pass
    rig.send(rig.encode(CARD))
    assert read_all(rig.reader, 1) == [CARD]
    assert rig.reader.counters() == {"rejected:garbage": 1}
    assert rig.reader.warning == "rejected"


def test_a_flood_loses_nothing_while_somebody_reads(rig: Rig) -> None:
    rig.reader.open()
    texts = numbered(FLOOD)
    sending = flood(rig, texts)
    assert read_all(rig.reader, FLOOD, 60) == texts
    sending.join()
    assert not rig.reader.counters()


def test_a_flood_under_the_supervisor_is_passed_on_up_to_its_rate_and_the_rest_counted(
    rig: Rig, recorder: Recorder
) -> None:
    supervisor = Supervisor(recorder)
    supervisor.add(rig.reader)
    supervisor.start()
    recorder.wait_state("scanner", "ok")
    sending = flood(rig, numbered(FLOOD))
    recorder.wait(lambda: len(recorder.texts) >= SCANS_PER_S_MOST)
    sending.join(60)
    deadline_s = time.monotonic() + 20
    while len(recorder.texts) + supervisor.counters()["scanner"]["over-rate"] < FLOOD:
        assert time.monotonic() < deadline_s
        time.sleep(0.01)
    assert supervisor.stop() == ()
    assert recorder.texts == sorted(recorder.texts)


def test_two_of_one_kind_do_not_mix(kind: type[Rig], tmp_path: Path, recorder: Recorder) -> None:
    left, right = kind(tmp_path, "left"), kind(tmp_path, "right")
    supervisor = Supervisor(recorder)
    for rig in (left, right):
        supervisor.add(rig.reader)
    supervisor.start()
    for name in ("left", "right"):
        recorder.wait_state(name, "ok")
    left.send(left.encode("L"))
    right.send(right.encode("R"))
    recorder.wait(lambda: sorted(recorder.texts) == ["L", "R"])
    assert {scan.source: scan.text for scan in recorder.scans} == {"left": "L", "right": "R"}
    left.unplug()
    recorder.wait(lambda: recorder.states("left")[-1][0] in ("lost", "absent"))
    right.send(right.encode("still here"))
    recorder.wait(lambda: "still here" in recorder.texts)
    assert supervisor.stop() == ()
    left.end()
    right.end()


def test_unplug_while_reading_raises_and_reopening_works(rig: Rig) -> None:
    rig.reader.open()
    rig.send(rig.encode("half a code")[:-25])
    rig.unplug()
    with pytest.raises(DeviceError) as caught:
        for _ in range(5):
            rig.reader.read(0.2)
    assert caught.value.code == "unplugged"
    rig.reader.close()
    rig.replug()
    rig.reader.open()
    rig.send(rig.encode("NEW"))
    assert read_all(rig.reader, 1)[-1:] == ["NEW"]


def test_unplugged_at_every_place_of_a_code_it_is_never_read_in_part(rig: Rig) -> None:
    whole = rig.encode("A1")
    ended = len(rig.encode("A1", False))
    for at in range(1, len(whole)):
        rig.reader.open()
        rig.send(whole[:at])
        rig.unplug()
        got = []
        with pytest.raises(DeviceError) as caught:
            for _ in range(3):
                scan = rig.reader.read(5.0)
                got += [scan.text] if scan else []
        assert caught.value.code == "unplugged"
        assert not got or (got == ["A1"] and at > ended), at
        rig.reader.close()
        if at % 8 == 1:
            with pytest.raises(DeviceError) as caught:
                rig.reader.open()
            assert caught.value.code == "absent"
        rig.replug()
    rig.reader.open()
    rig.send(rig.encode("NEW"))
    assert read_all(rig.reader, 1) == ["NEW"]


def test_a_flood_that_nobody_reads_is_kept_up_to_a_maximum_and_the_rest_counted(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sieve, "STALE_S", 60.0)  # on a slow machine none goes stale meanwhile
    rig.reader.open()
    texts = numbered(FLOOD)
    sending = flood(rig, texts)
    wire = rig.reader._wire
    assert wire is not None
    chunks: list[bytes] = []
    while sending.is_alive() or select.select([wire._fd], [], [], 0.1)[0]:
        chunks.append(wire.read(65536, 0.05))
    sending.join()
    for chunk in filter(None, chunks):
        rig.reader._take(chunk, time.monotonic())  # by a read() that is asked for no second code
    delivered = []
    while (scan := rig.reader.read(0.0)) is not None:
        delivered.append(scan.text)
    assert delivered == texts[:WAITING_MAXIMUM]
    assert rig.reader.counters() == {"dropped": FLOOD - WAITING_MAXIMUM}


def test_reading_unopened_is_a_device_error(rig: Rig) -> None:
    with pytest.raises(DeviceError):
        rig.reader.read(0.1)
