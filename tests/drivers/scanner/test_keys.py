"""Key events become the text that was typed; what is lost or strange spoils its code instead of hiding."""

from __future__ import annotations

import string
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.keys import (
    CAPS_LOCK,
    END,
    EV_KEY,
    EV_SYN,
    LEFT_CTRL,
    LEFT_SHIFT,
    PRESSED,
    RELEASED,
    REPEATED,
    SPOILT,
    SYN_DROPPED,
    KeyDecoder,
)
from drivers.scanner.simulated_hid import event, press, typing

PRINTABLE = string.digits + string.ascii_letters + string.punctuation + " "


def typed(data: bytes, decoder: KeyDecoder | None = None) -> bytes:
    return b"".join(text for text, _ in (decoder or KeyDecoder()).feed(data))


def key(code: int, value: int) -> bytes:
    return event(EV_KEY, code, value, 100.5) + event(EV_SYN, 0, 0, 100.5)


@given(st.text(PRINTABLE, max_size=40), st.lists(st.integers(0, 5000), max_size=10))
def test_every_character_of_the_us_layout_in_any_portions(text: str, cuts: list[int]) -> None:
    data = b"".join(typing(text, 7.0))
    decoder, got = KeyDecoder(), b""
    for start, stop in pairwise(sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})):
        got += typed(data[start:stop], decoder)
    assert got.decode() == text
    assert not decoder.pending


@pytest.mark.parametrize("code", [15, 28, 96])
def test_enter_and_tab_end_a_code(code: int) -> None:
    data = b"".join([*typing("ab", 3.25), press(code, 4.5), *typing("c", 5.75)])
    assert KeyDecoder().feed(data) == [(b"ab" + END, 4.5), (b"c", 5.75)]


def test_the_keypad_types_digits() -> None:
    keys = (82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 55, 98, 74, 78, 83, 117)
    assert typed(b"".join(press(code, 1.0) for code in keys)) == b"0123456789*/-+.="


def test_caps_lock_turns_letters_and_only_letters() -> None:
    decoder = KeyDecoder()
    assert typed(press(CAPS_LOCK, 1.0) + b"".join(typing("ab1Z", 1.0)), decoder) == b"AB1z"
    assert typed(press(CAPS_LOCK, 1.0) + b"".join(typing("ab1Z", 1.0)), decoder) == b"ab1Z"


def test_ctrl_gives_control_characters() -> None:
    assert typed(key(LEFT_CTRL, PRESSED) + press(27, 1.0) + press(2, 1.0)) == b"\x1d1"


def test_a_held_key_is_one_key() -> None:
    assert typed(key(30, PRESSED) + key(30, REPEATED) * 9 + key(30, RELEASED)) == b"a"


def test_a_key_that_types_nothing_spoils_the_code() -> None:
    assert typed(press(59, 1.0) + press(30, 1.0)) == SPOILT + b"a"


def test_lost_events_spoil_the_code_and_let_go_of_shift() -> None:
    lost = event(EV_SYN, SYN_DROPPED, 0, 1.0)
    assert typed(key(LEFT_SHIFT, PRESSED) + press(30, 1.0) + lost + press(30, 1.0)) == b"A" + SPOILT + b"a"


def test_strange_bytes_spoil_once_and_the_next_event_is_found() -> None:
    noise = b"\xff" * 31
    assert typed(press(30, 1.0) + noise + press(48, 1.0)) == b"a" + SPOILT + b"b"
    bad_value = event(EV_KEY, 30, 5, 1.0)
    assert typed(bad_value + press(48, 1.0)) == SPOILT + b"b"


def test_half_an_event_is_given_up_in_a_gap() -> None:
    decoder = KeyDecoder()
    assert typed(key(LEFT_SHIFT, PRESSED) + b"\x01" * 10, decoder) == b""
    assert decoder.pending
    assert decoder.gap() == SPOILT
    assert decoder.gap() == b""
    assert typed(press(30, 1.0), decoder) == b"a"
