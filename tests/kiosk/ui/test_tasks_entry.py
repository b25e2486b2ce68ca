"""Digits typed on the pad become values; no window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ui.i18n import Tr
from kiosk.ui.tasks import entry
from kiosk.ui.tasks.at import Answer, At
from kiosk.ui.tasks.catalogue import task
from kiosk.ui.tasks.entry import MOST_DIGITS
from kiosk.words import Words


def typed(kind: str, keys: str) -> str:
    text = ""
    for key in keys:
        text = entry.keep(kind, text, key)  # type: ignore[arg-type]
    return text


@pytest.mark.parametrize(
    ("kind", "keys", "shown", "value"),
    [
        ("points", "12.5", "12.5", 125),
        ("points", "12.55", "12.5", 125),
        ("points", ".5", "5", 50),
        ("points", "0", "0", None),
        ("points", "7.", "7.", None),
        ("pieces", "007", "7", 7),
        ("day", "20261123", "2026-11-23", "2026-11-23"),
        ("day", "20260230", "2026-02-30", None),
        ("day", "20261", "2026-1_-__", None),
        ("month", "202611", "2026-11", "2026-11"),
        ("time", "0930", "09:30", "09:30"),
        ("time", "2460", "24:60", None),
        ("year", "2026", "2026", 2026),
        ("year", "26", "26", None),
        ("pin", "24681", "●●●●●", None),
        ("pin", "246810", "●●●●●●", "246810"),
    ],
)
def test_what_is_typed(kind: str, keys: str, shown: str, value: object) -> None:
    text = typed(kind, keys)
    assert entry.shown(kind, text) == shown  # type: ignore[arg-type]
    assert entry.value(kind, text) == value  # type: ignore[arg-type]


@given(st.sampled_from(sorted(MOST_DIGITS)), st.text(alphabet="0123456789.", max_size=20))
def test_nothing_typed_is_too_long_or_breaks(kind: str, keys: str) -> None:
    text = typed(kind, keys)
    assert len(text) <= MOST_DIGITS[kind]
    entry.shown(kind, text)  # type: ignore[arg-type]
    entry.value(kind, text)  # type: ignore[arg-type]


def test_questions_follow_the_answers() -> None:
    tr = Tr(Words())

    def asked(name: str, **answers: object) -> list[str]:
        known = {step: Answer(value, "") for step, value in answers.items()}
        at = At(services=None, terminal=None, tr=tr, staff="", role="", answers=known)
        return [step.name for step in task(name).questions(at)]

    assert "why" not in asked("review", verdict="pass")
    assert "why" in asked("review", verdict="return")
    assert "points" not in asked("appeal-decide", outcome="upheld")
    assert asked("return", back=(("soap", "肥皂", 2, 30),))[3] == "pieces.soap"
    assert asked("sheet-score", off=((2, "a"), (5, "b")))[2:] == ["points.2", "why.2", "points.5", "why.5"]
