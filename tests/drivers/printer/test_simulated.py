"""The far end itself: what a real printer would do with these bytes, written by hand."""

import select
import socket
import time
from collections.abc import Callable

import pytest

from drivers.printer.simulated import PrinterFarEnd
from drivers.printer.simulated_engine import MISSING
from drivers.printer.simulated_paper import Code, Raster, TextLine

STATUS = b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04"


def connect(far: PrinterFarEnd) -> socket.socket:
    host, _, port = far.address.removeprefix("tcp://").partition(":")
    return socket.create_connection((host, int(port)), timeout=5)


def ask(line: socket.socket, question: bytes, count: int) -> bytes:
    line.sendall(question)
    answer = b""
    while len(answer) < count:
        piece = line.recv(count - len(answer))
        assert piece, "hung up"
        answer += piece
    return answer


def test_text_modes_and_cut() -> None:
    with PrinterFarEnd() as far, connect(far) as line:
        data = b"\x1b@\x1c&\x1ba\x01" + "积分abc".encode("gb18030") + b"\n\x1ba\x00\x1bE\x01\x1d!\x11"
        data += (
            "大".encode("gb18030")
            + b"\x1bE\x00\x1d!\x00\n\x1c."
            + "积".encode("gb18030")
            + b"\n\x1dVB\x00tail"
        )
        assert ask(line, data + b"\x1dr\x01", 1) == b"\x00"
        slip = far.slips()[0]
        assert (slip.lines, slip.cut) == (["积分abc", "大", MISSING * 2], True)
        first, second = (item for item in slip.items[:2] if isinstance(item, TextLine))
        assert first.spans(576)[0] == ("积", (576 - 7 * 12) // 2, (576 - 7 * 12) // 2 + 24)
        assert (second.marks[0].dots_wide, second.marks[0].high, second.marks[0].bold) == (48, 2, True)


def test_codes_pictures_and_what_it_does_not_know() -> None:
    with PrinterFarEnd(font_set="gb2312") as far, connect(far) as line:
        data = (
            b"\x1c&"
            + "镕𠮷".encode("gb18030")
            + b"\n\x1d(k\x03\x001C\x05\x1d(k\x03\x001E3\x1d(k\x06\x001P0ABC"
        )
        data += b"\x1d(k\x03\x001Q0\x1dv0\x00\x01\x00\x02\x00\xf0\x0f\x1bt\x01\x1bZ" + b"x" * 49
        assert ask(line, data + b"\n\x1dr\x01", 1) == b"\x00"
        items = far.slips()[0].items
        assert far.slips()[0].lines == [MISSING * 2, "x" * 48, "x"]
        assert Code("ABC", 5, "H") in items and Raster(1, 2, b"\xf0\x0f") in items
        assert far.complaints == ["unknown command 1b5a", "code page selected", "line too long"]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (lambda far: None, "12121212"),
        (lambda far: setattr(far, "near_end", True), "1212121e"),
        (lambda far: far.paper_out(), "1a32127e"),
        (lambda far: far.cover(True), "1a161212"),
    ],
)
def test_it_answers_at_once_even_when_stopped(turn: Callable[[PrinterFarEnd], None], expected: str) -> None:
    with PrinterFarEnd() as far, connect(far) as line:
        turn(far)
        assert ask(line, b"text\n" * 9 + STATUS, 4).hex() == expected


def test_queued_questions_wait_for_paper_and_the_rest_comes_out_after_it() -> None:
    with PrinterFarEnd() as far, connect(far) as line:
        far.paper_out(after_lines=2)
        line.sendall(b"one\ntwo\nthree\nfour\n\x1d(H\x06\x0000WXYZ\x1dr\x01")
        assert far.wait_for_bytes(19)
        assert far.wait_until_idle()
        assert not select.select([line], [], [], 0.1)[0]
        assert [slip.lines for slip in far.slips()] == [["one", "two"]]
        far.new_paper()
        assert ask(line, b"", 8) == b"\x37\x22WXYZ\x00\x00"
        assert [slip.lines for slip in far.slips()] == [["one", "two"], ["three", "four"]]


@pytest.mark.parametrize("command", [b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", b"\x10\x05\x02"])
def test_it_can_be_emptied_while_it_is_stopped(command: bytes) -> None:
    with PrinterFarEnd() as far, connect(far) as line:
        far.cover(True)
        for byte in b"never\n" + command:  # a real-time command may arrive in pieces
            line.sendall(bytes((byte,)))
        if command[1] == 0x14:
            assert ask(line, b"", 3) == b"\x37\x25\x00"
        assert ask(line, b"\x10\x04\x02", 1) == b"\x16"
        far.cover(False)
        assert ask(line, b"once\n\x1dr\x01", 1) == b"\x00"
        assert [slip.lines for slip in far.slips()] == [["once"]]


def test_a_hung_printer_takes_and_answers_nothing_until_it_wakes() -> None:
    with PrinterFarEnd() as far, connect(far) as line:
        assert ask(line, STATUS, 4).hex() == "12121212"
        far.stall()
        line.sendall(b"late\n\x1dr\x01")
        assert not select.select([line], [], [], 0.2)[0]
        far.wake()
        assert ask(line, b"", 1) == b"\x00"
        assert far.slips()[0].lines == ["late"]


def test_pulled_cable_and_power() -> None:
    with PrinterFarEnd() as far:
        address = far.address
        with connect(far) as line:
            assert ask(line, b"half \x10\x04\x01", 1) == b"\x12"
            far.power_cycle()
            assert line.recv(1) == b""
        with connect(far) as line:
            assert ask(line, b"whole\n\x1dr\x01", 1) == b"\x00"
            assert far.slips()[0].lines == ["whole"]
            far.unplug()
            assert line.recv(1) == b""
        with pytest.raises(ConnectionError):
            connect(far)
        far.plug_in()
        assert far.address == address
        with connect(far) as line:
            assert ask(line, b"\x10\x04\x01", 1) == b"\x12"


def test_a_slow_printer_takes_its_time() -> None:
    with PrinterFarEnd(line_s=0.05) as far, connect(far) as line:
        start = time.monotonic()
        assert ask(line, b"x\n" * 6 + b"\x1dr\x01", 1) == b"\x00"
        assert time.monotonic() - start >= 0.3


def test_the_picture_is_as_wide_as_the_paper_and_has_ink() -> None:
    with PrinterFarEnd(paper_dots=384) as far, connect(far) as line:
        assert ask(line, b"\x1c&" + "户".encode("gb18030") + b"\n\x1dVB\x00\x1dr\x01", 1) == b"\x00"
        image = far.picture(far.slips()[0])
        assert image.width == 384 + 2 * 32
        assert image.crop((32, 32, 56, 56)).getextrema()[0] < 64  # type: ignore[operator]


def test_it_imports_nothing_of_the_driver() -> None:
    from pathlib import Path

    import drivers.printer as package

    folder = Path(package.__path__[0])
    for path in folder.glob("simulated*.py"):
        for line in path.read_text("utf-8").splitlines():
            if line.startswith(("from drivers", "import drivers")):
                assert line.startswith("from drivers.printer.simulated") or line.endswith(
                    "simulated_paper"
                ), line
