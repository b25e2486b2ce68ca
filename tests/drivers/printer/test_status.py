"""What printers answer, byte by byte."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.printer.status import (
    BLOCK_MAXIMUM,
    NOT_ASKED,
    SILENT,
    AnswerReader,
    Automatic,
    Cleared,
    Finished,
    Queued,
    RealTime,
    decode_automatic,
    decode_paper,
    decode_real_time,
)


@pytest.mark.parametrize(
    ("answers", "paper", "fault"),
    [
        ("12121212", "ok", ""),
        ("16121212", "ok", ""),
        ("1212121E", "near-end", ""),
        ("1A32127E", "out", "paper-out"),
        ("1A321272", "out", "paper-out"),
        ("1A161212", "ok", "cover-open"),
        ("1A36127E", "out", "cover-open"),
        ("1A521A12", "ok", "error"),
        ("1A123212", "ok", "error"),
        ("1A121212", "ok", "error"),
    ],
)
def test_typical_answers(answers: str, paper: str, fault: str) -> None:
    status = decode_real_time(bytes.fromhex(answers))
    assert (status.paper, status.fault) == (paper, fault)
    assert status.online == (fault == "")


@pytest.mark.parametrize("answers", ["", "121212", "1212121212", "00121212", "92121212", "13121212"])
def test_other_bytes_are_no_status(answers: str) -> None:
    with pytest.raises(ValueError, match="DLE EOT"):
        decode_real_time(bytes.fromhex(answers))


def test_silence_is_a_fault_only_where_an_answer_is_due() -> None:
    assert SILENT.fault == "stalled"
    assert NOT_ASKED.fault == ""


def test_paper_and_automatic_status() -> None:
    assert [decode_paper(byte) for byte in (0x00, 0x03, 0x0C, 0x0F)] == ["ok", "near-end", "out", "out"]
    assert decode_automatic(bytes.fromhex("10000000")).fault == ""
    assert decode_automatic(bytes.fromhex("18000c00")).fault == "paper-out"
    assert decode_automatic(bytes.fromhex("38000000")).fault == "cover-open"
    assert decode_automatic(bytes.fromhex("18080000")).fault == "error"
    with pytest.raises(ValueError, match="automatic"):
        decode_automatic(bytes.fromhex("12000000"))


def test_answers_are_told_apart_in_any_pieces() -> None:
    stream = bytes.fromhex("12 37 22 41 42 43 44 00 03 10 00 0c 00 37 25 00 1e")
    expected = [
        RealTime(0x12),
        Finished(b"ABCD"),
        Queued(0x03),
        Automatic(decode_automatic(bytes.fromhex("10000c00"))),
        Cleared(),
        RealTime(0x1E),
    ]
    for size in range(1, len(stream) + 1):
        reader = AnswerReader()
        found = [a for at in range(0, len(stream), size) for a in reader.feed(stream[at : at + size])]
        assert found == expected


@given(st.binary(max_size=200))
def test_noise_never_stops_the_reader(noise: bytes) -> None:
    reader = AnswerReader()
    reader.feed(noise)
    reader.feed(b"\x80" * 4)  # ends a half automatic status
    reader.feed(b"\x37" * (BLOCK_MAXIMUM + 2) + b"\x00")  # ends a half block
    assert Finished(b"WXYZ") in reader.feed(b"\x00\x37\x22WXYZ\x00")


def test_noise_is_counted_and_holds_nothing_up() -> None:
    reader = AnswerReader()
    assert reader.feed(b"\x10\x12") == [RealTime(0x12)], "no automatic status goes on like this"
    assert reader.feed(b"\x37\x12") == [RealTime(0x12)]
    assert reader.feed(b"\x80\x41\xff\x03") == [Queued(0x03)], "the upper half of an answer to GS r is empty"
    assert reader.feed(b"\x37\x26later\x00") == []
    assert reader.noise == 5
