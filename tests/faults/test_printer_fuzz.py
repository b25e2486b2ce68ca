"""Every status byte a printer may send, and anything a slip may hold: no crash, no byte that is a command.

Hypothesis picks seeds, each makes a batch of slips: 200, and a tenth of FUZZ_INPUTS in `make faults`. What a
printer says in any order is fuzzed with the other codecs.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.printer.columns import clean, pad, text_lines, width
from drivers.printer.document import Column, Cut, Document, Feed, Part, Qr, Row, Rule, Text, dump, load
from drivers.printer.escpos import QR_MAXIMUM_CHARACTERS, encode, last_line
from drivers.printer.glyphs import find_face
from drivers.printer.profile import Profile, profile, profiles
from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_paper import TextLine
from drivers.printer.status import decode_automatic, decode_real_time
from tests.faults import fuzz
from tests.faults.codecs import PRINTER_FAULTS
from tests.faults.fuzz_printer import REAL_TIME

BATCH = 50
SLIPS = fuzz.INPUTS // 10 if os.environ.get("KIOSK_FAULTS") == "all" else 200
LETTERS = "积分超市肥皂—“”℃×①·，（）￥镕㐂𠮷䶮ᠪÄéй　 abcXYZ019.-%\t\n\x1b\x10\x04\u200b\u0301\ue000\ud7ff"
seeds = st.integers(min_value=0, max_value=2**64 - 1)


def batches(count: int) -> settings:
    return settings(max_examples=max(1, count // BATCH), deadline=None, database=None)


def test_every_answer_to_dle_eot_and_every_automatic_byte_is_decoded() -> None:
    for first in REAL_TIME:
        for other in REAL_TIME:
            for place in range(3):
                answers = [first, 0x12, 0x12, 0x12]
                answers[place + 1] = other
                status = decode_real_time(answers)
                assert status.answered
                assert (status.fault == "") == (not first & 0x08 and not (other & (0x64, 0x68, 0x60)[place]))
    for byte in range(256):
        for place in range(4):
            block = bytearray((0x10, 0, 0, 0))
            block[place] = byte
            fits = byte & 0x93 == 0x10 if place == 0 else not byte & 0x90
            if fits:
                assert decode_automatic(bytes(block)).fault in PRINTER_FAULTS
            else:
                with pytest.raises(ValueError, match="automatic"):
                    decode_automatic(bytes(block))


# -- what a slip holds


def text(chance: random.Random, most: int = 30) -> str:
    size = chance.randrange(most)
    if chance.random() < 0.1:  # any character at all, those without a font and half pairs included
        return "".join(chr(chance.randrange(0x20, 0x2FFFF)) for _ in range(min(size, 2)))
    if chance.random() < 0.1:  # words longer than the paper, and little but spaces
        return " ".join(chance.choice("x ") * chance.randrange(120) for _ in range(3))
    return "".join(chance.choice(LETTERS) for _ in range(size))


def part(chance: random.Random) -> Part:
    kind = chance.randrange(7)
    if kind < 3:
        align = chance.choice(("left", "center", "right"))
        right = text(chance, 20) if chance.random() < 0.3 else ""
        return Text(text(chance, 60), right, align, chance.random() < 0.3, chance.random() < 0.2)  # type: ignore[arg-type]
    if kind == 3:
        columns = (Column(), *(Column(chance.randrange(1, 8), "right") for _ in range(chance.randrange(3))))
        return Row(
            tuple(text(chance, chance.choice((4, 12, 40))) for _ in columns), columns, chance.random() < 0.3
        )
    if kind == 4:
        return Rule(chance.choice(LETTERS))
    if kind == 5:
        return Qr("".join(chance.choice("ABC:019-") for _ in range(chance.randrange(1, 40))))
    return chance.choice((Feed(chance.randrange(4)), Cut()))


def whole(document: Document) -> bool:
    """Whether no character is half of a pair: JSON, and so the print queue, holds none."""
    texts = [one.text + one.right for one in document if isinstance(one, Text)]
    texts += ["".join(one.cells) for one in document if isinstance(one, Row)]
    return not any("\ud800" <= ch <= "\udfff" for each in texts for ch in each)


def check_slip(document: Document, model: Profile) -> None:
    data = encode(document, model)
    assert not any(bytes((0x10, second)) in data for second in (0x04, 0x05, 0x14))
    start, line_end = last_line(data)
    assert 0 <= start <= line_end < len(data)
    engine = Engine(model.dots, model.font_set, model.cutter)
    engine.buffer += data
    while engine.step() is not None:
        pass
    assert not engine.buffer, "an incomplete command"
    assert (engine.unknown, engine.code_pages, engine.overflows) == ([], 0, 0)
    lines = [item for slip in engine.slips for item in slip.items if isinstance(item, TextLine)]
    cells = model.columns * 12
    assert all(sum(mark.dots_wide for mark in line.marks) <= cells for line in lines)
    assert sum(len(slip.codes) for slip in engine.slips) == (
        sum(isinstance(one, Qr) for one in document) if model.native_qr else 0
    )


@pytest.mark.timeout(3600)
@batches(SLIPS)
@given(seeds)
def test_whatever_stands_on_a_slip(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(BATCH):
        document = tuple(part(chance) for _ in range(chance.randrange(1, 5)))
        model = profile(chance.choice(profiles()))
        check_slip(document, model)
        if whole(document):
            assert load(dump(document)) == document
        if not any(isinstance(one, Text) and one.big for one in document):
            assert all(width(line) <= model.columns for line in text_lines(document, model.columns))
        cleaned = clean(text(chance))
        assert width(cleaned) >= len(cleaned)
        room = chance.randrange(2, 20)
        assert all(width(pad(cleaned, room, align)) == room for align in ("left", "center", "right"))


def test_what_cannot_be_encoded_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="ASCII"):
        encode((Qr("A" * (QR_MAXIMUM_CHARACTERS + 1)),), profile("china-80"))
    with pytest.raises(ValueError, match="dense"):
        narrow = msgspec.structs.replace(profile("plain-58"), dots=192, columns=16)
        encode((Qr("a" * QR_MAXIMUM_CHARACTERS),), narrow)
    assert find_face("\U000fffff") is None
