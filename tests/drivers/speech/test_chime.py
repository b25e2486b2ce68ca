"""Sounds against a program that writes down what it would have played."""

from __future__ import annotations

import array
import io
import logging
import wave
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from drivers import registry
from drivers.speech.chime import Chime, quieter
from drivers.speech.simulated import SpeechFarEnd, named

SILENT_S = 15.0


def wav(*samples: int) -> bytes:
    made = io.BytesIO()
    with wave.open(made, "wb") as target:
        target.setparams((1, 2, 22_050, 0, "NONE", ""))
        target.writeframes(array.array("h", samples).tobytes())
    return made.getvalue()


@contextmanager
def chiming(program: str) -> Iterator[Chime]:
    chime: Chime = registry.make("sound", program=program)
    chime.start()
    try:
        yield chime
    finally:
        chime.stop()
        assert not chime._thread.is_alive()


def test_a_sound_interrupts_none_and_of_those_that_wait_the_newest_is_played() -> None:
    with SpeechFarEnd() as far, chiming(far.player) as chime:
        chime.play(wav(1))
        assert chime.wait_until_silent(SILENT_S)
        assert far.said == [named(wav(1))] and far.options == [["-q", "-"]]
        far.slow()
        chime.play(wav(2))
        assert far.wait_begun(2)
        far.slow(False)
        for sample in (3, 4, 5):
            chime.play(wav(sample))
        assert not chime.wait_until_silent(0)
        assert chime.wait_until_silent(SILENT_S), "a player that hangs is ended"
        assert far.begun == [named(wav(sample)) for sample in (1, 2, 5)]
        assert far.said[-1] == named(wav(5))


@pytest.mark.parametrize("there", [True, False])
def test_without_card_or_player_it_is_silent_and_the_log_says_it_once(
    there: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "drivers.speech.chime")
    with SpeechFarEnd() as far, chiming(far.player if there else "/nothing/here") as chime:
        far.broken()
        for _ in range(5):
            chime.play(wav(1))
            assert chime.wait_until_silent(SILENT_S)
        assert far.begun == []
    assert caplog.messages == [f"sound: {'error' if there else 'absent'}"]


def test_it_ends_in_the_middle_of_a_sound() -> None:
    with SpeechFarEnd() as far:
        far.slow()
        with chiming(far.player) as chime:
            chime.play(wav(1))
            assert far.wait_begun(1)


def test_quieter() -> None:
    assert quieter(wav(1000, -1000, 32_767), 50) == wav(500, -500, 16_383)
    assert quieter(wav(7), 0) == wav(0)
