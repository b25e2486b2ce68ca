"""The voice against a program that writes down what it would have said."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drivers import registry
from drivers.speech import espeak
from drivers.speech.espeak import PROMPT_MAXIMUM, WAITING_MAXIMUM, Speaker
from drivers.speech.simulated import SpeechFarEnd
from tests.drivers.recorder import Recorder

SILENT_S = 15.0


@pytest.fixture
def far() -> Iterator[SpeechFarEnd]:
    with SpeechFarEnd() as made:
        yield made


@contextmanager
def speaking(far: SpeechFarEnd | None, recorder: Recorder, **options: int) -> Iterator[Speaker]:
    program = far.program if far is not None else "/nothing/here"
    speaker: Speaker = registry.make("speech", recorder, program=program, **options)
    speaker.start()
    try:
        yield speaker
    finally:
        speaker.stop()
        assert not speaker._thread.is_alive()


def test_sentences_are_said_in_order_with_voice_volume_and_rate(
    far: SpeechFarEnd, recorder: Recorder
) -> None:
    with speaking(far, recorder, volume=50, rate=140) as speaker:
        speaker.say("您现在能用的积分是三十八点五分", "cmn", interrupt=False)
        speaker.say("Done", "en", interrupt=False)
        assert speaker.wait_until_silent(SILENT_S)
        assert far.said == ["您现在能用的积分是三十八点五分", "Done"]
        assert far.options[0] == ["-v", "cmn", "-a", "100", "-s", "140", "--stdin"]
        assert far.options[1][1] == "en"
    assert recorder.states("speech") == [("ok", "")]


def test_a_new_sentence_interrupts_the_one_being_said(far: SpeechFarEnd, recorder: Recorder) -> None:
    far.slow()
    with speaking(far, recorder) as speaker:
        speaker.say("the first, which is long", "en")
        assert far.wait_begun(1)
        speaker.say("never said", "en", interrupt=False)
        far.slow(False)
        speaker.say("the second", "en")
        assert speaker.wait_until_silent(SILENT_S)
    assert far.said == ["the second"]
    assert far.begun == ["the first, which is long", "the second"]
    assert recorder.states("speech") == [("ok", "")], "to be interrupted is no fault"


def test_it_can_be_hushed_and_stopped_in_the_middle(far: SpeechFarEnd, recorder: Recorder) -> None:
    far.slow()
    with speaking(far, recorder) as speaker:
        speaker.say("long", "en")
        assert far.wait_begun(1)
        speaker.hush()
        assert speaker.wait_until_silent(SILENT_S)
        speaker.say("long again", "en")
        assert far.wait_begun(2)
    assert far.said == []


def test_the_queue_has_a_maximum_and_so_has_a_sentence(far: SpeechFarEnd, recorder: Recorder) -> None:
    far.slow()
    with speaking(far, recorder) as speaker:
        speaker.say("x" * 5000, "en")
        assert far.wait_begun(1)
        assert far.begun == ["x" * PROMPT_MAXIMUM]
        for number in range(WAITING_MAXIMUM + 3):
            speaker.say(str(number), "en", interrupt=False)
        assert speaker.dropped == 3


def test_without_the_program_it_is_silent(recorder: Recorder) -> None:
    with speaking(None, recorder) as speaker:
        speaker.say("nobody hears this", "en")
        assert speaker.wait_until_silent(SILENT_S)
        recorder.wait_state("speech", "absent")
    assert recorder.states("speech") == [("absent", "")]


def test_no_sound_card_is_told_once_and_found_again(far: SpeechFarEnd, recorder: Recorder) -> None:
    far.broken()
    with speaking(far, recorder) as speaker:
        for _ in range(3):
            speaker.say("nobody hears this", "en", interrupt=False)
        assert speaker.wait_until_silent(SILENT_S)
        far.broken(False)
        speaker.say("now", "en")
        assert speaker.wait_until_silent(SILENT_S)
    assert recorder.states("speech") == [("ok", ""), ("lost", "error"), ("ok", "")]


def test_a_program_that_hangs_is_ended(
    far: SpeechFarEnd, recorder: Recorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak, "SAYING_MAXIMUM_S", 0.3)
    far.slow()
    with speaking(far, recorder) as speaker:
        speaker.say("for ever", "en")
        recorder.wait_state("speech", "lost")
        assert speaker.wait_until_silent(SILENT_S)
    assert recorder.states("speech")[-1] == ("lost", "stalled")


def test_the_real_program_speaks_both_languages(tmp_path: Path) -> None:
    """As set-up installs it; into a file, because a test machine has no loudspeaker."""
    program = shutil.which(espeak.PROGRAM)
    assert program is not None, "make test installs espeak-ng"
    for voice, text in (("cmn", "三十八点五"), ("en", "thirty-eight")):
        out = tmp_path / f"{voice}.wav"
        command = [program, "-v", voice, "-a", "160", "-s", "160", "--stdin", "-w", str(out)]
        subprocess.run(command, input=text.encode(), check=True, timeout=30)
        assert out.stat().st_size > 10_000
