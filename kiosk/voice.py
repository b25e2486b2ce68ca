"""The voice that a configuration asks for, and how a sentence is put to it; what is said, others decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drivers import registry
from drivers.base import Health
from drivers.speech.numbers import sayable
from kiosk.config import SpeechSettings
from kiosk.words import DEFAULT_LOCALE

ENGLISH_VOICE = "en"


def speaker(
    wanted: SpeechSettings, publish: Callable[[Health], None], before: Callable[[], object] = lambda: None
) -> Any:
    """The loudspeaker's driver, not started yet; `before` as `drivers.speech.espeak.Speaker` has it."""
    return registry.make(
        *("speech", publish), program=wanted.program, volume=wanted.volume, rate=wanted.rate, before=before
    )


def say(loudspeaker: Any, wanted: SpeechSettings, sentence: str, locale: str) -> None:
    """Say it in the voice of that language, numbers in words; an empty sentence silences."""
    chinese = locale == DEFAULT_LOCALE
    if sentence:
        loudspeaker.say(sayable(sentence, chinese=chinese), wanted.voice if chinese else ENGLISH_VOICE)
    else:
        loudspeaker.hush()
