"""The wiring of the voice: settings reach the program, numbers become words, silence is silence."""

from __future__ import annotations

from contextlib import ExitStack

from drivers.base import Health
from drivers.speech.chime import quieter
from drivers.speech.simulated import SpeechFarEnd, named
from kiosk.app import SOUNDS, _start_sounds, _start_speech
from kiosk.config import Settings, SpeechSettings
from kiosk.events import Bus
from kiosk.paths import assets_dir
from kiosk.ui.backend import Backend
from kiosk.words import Words
from kiosk.worker import Worker


def _backend(settings: Settings, bus: Bus) -> Backend:
    return Backend(
        terminal=None, worker=Worker(deliver=lambda job: job()), bus=bus, settings=settings, words=Words()
    )


def test_numbers_are_said_in_words_and_english_as_it_stands() -> None:
    bus = Bus()
    told: list[Health] = []
    bus.subscribe(Health, told.append)
    with SpeechFarEnd() as far, ExitStack() as parts:
        wanted = SpeechSettings(enabled=True, program=far.program, voice="yue", volume=25, rate=200)
        backend = _backend(Settings(speech=wanted), bus)
        assert not backend.speaking()
        _start_speech(parts, backend, backend.bus.publish, lambda: None)
        speak = backend.speak
        assert speak is not None
        speak("尾号 0217，能用 38.5 分", "zh-CN")
        assert far.wait_begun(1)
        speak("You can use 38.5 points", "en")
        assert far.wait_begun(2)
        assert far.begun == ["尾号 零二一七，能用 三十八点五 分", "You can use 38.5 points"]
        assert far.options[0] == ["-v", "yue", "-a", "50", "-s", "200", "--stdin"]
        assert far.options[1][1] == "en"
        far.slow()
        speak("long", "en")
        assert far.wait_begun(3)
        assert backend.speaking()
        speak("", "en")
        speak("the end", "en")
        assert far.wait_begun(4)
    bus.drain(100)
    assert [(one.state, one.detail) for one in told] == [("ok", "")]
    assert "long" not in far.said


def test_where_it_is_not_wanted_nothing_is_started() -> None:
    with ExitStack() as parts:
        backend = _backend(Settings(), Bus())
        _start_speech(parts, backend, backend.bus.publish, lambda: None)
        assert backend.speak is None


def test_a_sound_is_heard_whole_before_the_sentence_that_follows_it() -> None:
    with SpeechFarEnd() as far, ExitStack() as parts:
        wanted = SpeechSettings(enabled=True, program=far.program, player=far.player, sounds_volume=50)
        backend = _backend(Settings(speech=wanted), Bus())
        _start_speech(parts, backend, backend.bus.publish, _start_sounds(parts, backend))
        assert backend.speak is not None
        for sound in SOUNDS:
            backend.play(sound)
            backend.speak(f"after {sound}", "en")
            assert far.wait_begun(2 * SOUNDS.index(sound) + 2)
        heard = [named(quieter((assets_dir() / f"sounds/{name}.wav").read_bytes(), 50)) for name in SOUNDS]
        assert far.begun == [
            one for pair in zip(heard, map("after {}".format, SOUNDS), strict=True) for one in pair
        ]
        for sound, name in zip(heard, SOUNDS, strict=True):
            assert far.order.index((sound, True)) < far.order.index((f"after {name}", False))


def test_sounds_can_be_switched_off() -> None:
    with SpeechFarEnd() as far, ExitStack() as parts:
        backend = _backend(Settings(speech=SpeechSettings(sounds=False, player=far.player)), Bus())
        before = _start_sounds(parts, backend)
        backend.play("beep")
        before()
        assert far.begun == []
