"""The SDT codec: documented frames byte for byte, any portioning, every damage noticed, no data in a repr."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.idcard import sdt
from drivers.idcard.sdt import CardText, Reply, ReplyDecoder
from drivers.idcard.simulated import EXAMPLE, text_bytes
from tests.drivers.idcard import emulator

PERMIT = EXAMPLE._replace(
    kind="permit", number="830000199201300022", pass_number="T12345678", times_issued="01"
)
FOREIGNER = CardText(
    kind="foreigner", name="SMITH, ANNA-MARIA", number="DEU150070070901", valid_from="2020-03-01",
    valid_to="2030-03-01", birth="1970-07-09", sex="2", nation="DEU", address="", authority="",
    pass_number="", times_issued="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        (sdt.STATUS, emulator.STATUS),
        (sdt.SAM_ID, emulator.SAM_ID),
        (sdt.FIND, emulator.FIND),
        (sdt.SELECT, emulator.SELECT),
        (sdt.READ, emulator.READ),
        (sdt.RESET, emulator.RESET),
    ],
)
def test_commands_are_the_documented_bytes(code: tuple[int, int], sent: bytes) -> None:
    assert sdt.command(code) == sent


@pytest.mark.parametrize(
    ("frame", "status", "size"),
    [
        (emulator.WELL, sdt.DONE, 0),
        (emulator.FOUND, sdt.FOUND, 4),
        (emulator.NO_CARD, sdt.NO_CARD, 0),
        (emulator.SELECTED, sdt.DONE, 8),
        (emulator.NOT_SELECTED, sdt.NOT_SELECTED, 0),
        (emulator.NOT_READ, sdt.NOT_READ, 0),
        (emulator.SELF_TEST, 0x60, 0),
    ],
)
def test_replies_are_decoded_and_written_as_documented(frame: bytes, status: int, size: int) -> None:
    assert ReplyDecoder().feed(frame) == [Reply(status, bytes(size))]
    assert sdt.reply(status, bytes(size)) == frame


@given(
    st.lists(st.tuples(st.sampled_from(sorted(sdt.WORDS)), st.binary(max_size=40)), min_size=1, max_size=6),
    st.lists(st.integers(0, 400), max_size=12),
    st.binary(max_size=9),
)
def test_portions_and_noise_do_not_matter(
    replies: list[tuple[int, bytes]], cuts: list[int], noise: bytes
) -> None:
    stream = b"".join(noise + sdt.reply(status, data) for status, data in replies)
    decoder, got = ReplyDecoder(), []
    for start, stop in pairwise(sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})):
        got += decoder.feed(stream[start:stop])
    assert [tuple(reply) for reply in got] == replies


@given(st.binary(max_size=60), st.integers(0, 10_000), st.integers(1, 255))
def test_any_changed_byte_is_noticed_and_the_next_frame_found(data: bytes, at: int, change: int) -> None:
    frame = bytearray(sdt.reply(sdt.DONE, data))
    frame[at % len(frame)] ^= change
    decoder = ReplyDecoder()
    got = decoder.feed(bytes(frame) + sdt.reply(sdt.FOUND, bytes(4)) + bytes(sdt.LENGTH_MAXIMUM))
    assert got[-1:] == [Reply(sdt.FOUND, bytes(4))]
    assert len(got) == 1 or got[0] != Reply(sdt.DONE, data)


def test_a_frame_begun_can_be_given_up() -> None:
    decoder = ReplyDecoder()
    assert decoder.feed(emulator.FOUND[:8]) == []
    assert decoder.pending
    decoder.reset()
    assert not decoder.pending
    assert decoder.feed(emulator.WELL) == [Reply(sdt.DONE, b"")]
    assert not decoder.bad


@pytest.mark.parametrize("length", ["00 00", "00 03", "10 01", "FF FF"])
def test_a_length_that_cannot_be_is_no_frame(length: str) -> None:
    decoder = ReplyDecoder()
    assert decoder.feed(sdt.PREAMBLE + bytes.fromhex(length) + emulator.WELL) == [Reply(sdt.DONE, b"")]
    assert decoder.bad["length"] == 1


def test_a_card_is_256_bytes_of_text_and_a_photo() -> None:
    text = bytes(range(256))
    head = bytes.fromhex("01 00 04 00")
    assert sdt.text_of(head + text + bytes(1024)) == text
    for wrong in (b"", b"\x01\x00", head + text, head + text + bytes(1023), b"\x00\xff" + head[2:] + text):
        assert sdt.text_of(wrong) is None


@pytest.mark.parametrize(
    "card", [EXAMPLE, PERMIT, FOREIGNER, FOREIGNER._replace(number="911124198108030024", nation="")]
)
def test_what_a_card_says_comes_back(card: CardText) -> None:
    assert sdt.card_text(text_bytes(card)) == card


def test_the_emulators_cards_are_read_too() -> None:
    card = sdt.card_text(emulator.resident("34052419800101001x"))
    assert card is not None
    assert (card.number, card.birth, card.sex, card.nation) == ("34052419800101001X", "1980-01-01", "1", "01")
    assert (card.address, card.authority) == ("示范旗示范镇柳泉村7号", "示范旗公安局")
    assert (card.valid_from, card.valid_to) == ("2015-03-01", "")
    other = sdt.card_text(emulator.foreigner("DEU150070070901"))
    assert other is not None
    assert (other.kind, other.name, other.nation) == ("foreigner", "安娜", "DEU")


@pytest.mark.parametrize("number", ["", "3405241980010100", "34052419800101001Y", "34052419800101 01X"])
def test_a_text_without_a_number_is_no_card(number: str) -> None:
    assert sdt.card_text(text_bytes(EXAMPLE._replace(number=number))) is None


def test_nothing_of_a_person_is_in_a_repr() -> None:
    for one in (EXAMPLE, FOREIGNER, Reply(sdt.DONE, text_bytes(EXAMPLE))):
        shown = f"{one} {one!r}"
        assert not any(
            word in shown for word in (EXAMPLE.number, EXAMPLE.name, FOREIGNER.name, "1980", "3\\x00")
        )
