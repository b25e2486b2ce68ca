"""How digits typed on the pad become a value, and how they look while they are typed; draws nothing."""

from __future__ import annotations

from datetime import date

from kiosk.ui import form
from kiosk.ui.i18n import Tr
from kiosk.ui.tasks.steps import Kind
from kiosk.words import points

MOST_DIGITS = {"points": 7, "pieces": 6, "day": 8, "month": 6, "year": 4, "time": 4, "digits": 12, "pin": 12}
LEAST_PIN = 6
_MARKS = {"day": "____-__-__", "month": "____-__", "time": "__:__"}
MOST_TENTHS = 100_000


def keep(kind: Kind, typed: str, key: str) -> str:
    """`typed` with one more key; the same where the key does not fit there."""
    if key == ".":
        room = len(typed) < MOST_DIGITS[kind] - 1  # for the tenth behind it
        return typed + "." if kind == "points" and typed and "." not in typed and room else typed
    if len(typed) >= MOST_DIGITS[kind] or (kind == "points" and "." in typed[:-1]):
        return typed
    if kind in ("points", "pieces") and typed == "0":
        return key
    return typed + key


def shown(kind: Kind, typed: str) -> str:
    """What stands in the box: a day as 2026-1_-__."""
    if kind == "pin":
        return "●" * len(typed)
    marks = _MARKS.get(kind)
    if marks is None or not typed:
        return typed
    digits = iter(typed)
    return "".join(next(digits, "_") if mark == "_" else mark for mark in marks)


def rest(tr: Tr, kind: Kind, typed: str) -> str:
    """What is still missing of a day, month or time, or that there is none like it; "" where nothing is."""
    if kind not in _MARKS or not typed:
        return ""
    left = MOST_DIGITS[kind] - len(typed)
    if left:
        return tr("tasks.digits_left", n=left)
    return "" if value(kind, typed) is not None else tr("tasks.no_such_day")


def value(kind: Kind, typed: str, least: int = 1) -> int | str | None:
    """What was typed: tenths of points, pieces, an ISO day …; None while it is none."""
    if kind == "points":
        return _tenths(typed, least)
    if kind in ("pieces", "year"):
        return int(typed) if typed and int(typed) >= least and (kind != "year" or len(typed) == 4) else None
    if kind == "pin":
        return typed if len(typed) >= LEAST_PIN else None
    if kind == "digits":
        return typed or None
    if len(typed) < MOST_DIGITS[kind]:
        return None
    text = shown(kind, typed)
    if kind == "time":
        return text if int(typed[:2]) < 24 and int(typed[2:]) < 60 else None
    try:
        date.fromisoformat(text if kind == "day" else f"{text}-01")
    except ValueError:
        return None
    return text


def reads(tr: Tr, kind: Kind, answer: int | str) -> str:
    """A value in words, for the summary."""
    if kind == "points":
        return tr("tasks.points", points=points(int(answer)))
    if kind == "day":
        return f"{answer} {form.weekday(tr, str(answer))}"
    return shown("pin", str(answer)) if kind == "pin" else str(answer)


def _tenths(typed: str, least: int) -> int | None:
    whole, _, tenth = typed.partition(".")
    if not whole or typed.endswith("."):
        return None
    tenths = int(whole) * 10 + int(tenth or 0)
    return tenths if least <= tenths <= MOST_TENTHS else None
