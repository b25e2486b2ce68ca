"""`kiosk device test speech`: a sentence with an amount, as the screens would say it."""

from __future__ import annotations

from drivers.base import Health
from kiosk import voice
from kiosk.cli.context import Context


def test(context: Context) -> int:
    """0 when the sentence was said to its end; 1 with why not."""
    wanted = context.settings.speech
    heard: list[Health] = []
    speaker = voice.speaker(wanted, heard.append)
    sentence = context.words("device.sentence")
    speaker.start()
    voice.say(speaker, wanted, sentence, context.words.locale)
    in_time = speaker.wait_until_silent(context.given.timeout)
    speaker.stop()
    last = heard[-1]
    ok = in_time and last.state == "ok"
    why = "" if ok else last.detail or (last.state if in_time else "stalled")
    line = sentence if ok else f"{context.words('device.state_bad')}  {wanted.program}  {why}"
    context.answer({"ok": ok, "name": "speech", "state": last.state, "detail": why}, line)
    return 0 if ok else 1
