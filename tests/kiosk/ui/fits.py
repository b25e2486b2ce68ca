"""Whether one page fits its window: what is cut off, outside, too small or overlapping."""

from __future__ import annotations

from typing import Any

from kiosk.ui.inspect_client import Window

GAP_PX = 12  # between what can be tapped
ROWS = ("row-", "bag-", "use-", "card-")
SCROLLING = ("shelf", "pick", "history", "why", "wishes", "reserve", "board")  # under what stays


def faults(name: str, state: dict[str, Any], scrolling: tuple[str, ...] = SCROLLING) -> list[str]:
    """What is cut off, outside, too small or overlapping on one page."""
    found = []
    width, height = state["size"]
    shown = [w for w in state["widgets"] if w["visible"]]
    for w in shown:
        where = f"{name}: {w['id'] or w['text']!r}"
        if "texture" in w and w["text"]:
            wide, high = w["texture"]
            if wide > w["w"] + 1 or high > w["h"] + 1:
                found.append(f"{where} needs {w['texture']}, has {w['w']}x{w['h']}")
            if w["broken"]:
                found.append(f"{where} has a word or a number broken in two")
            if w["font"] < 18:
                found.append(f"{where} is {w['font']} px")
        scrolls = name.startswith(scrolling)
        room = 0.2 * w.get("font", 5)  # that a font keeps above its words
        _, top, _, bottom = _seen(w, _box(w))
        high_out = top < bottom and (top < -room or bottom > height + 1)
        if w["x"] < -1 or w["x"] + w["w"] > width + 1 or (high_out and not scrolls):
            found.append(f"{where} leaves the window: {w['x']},{w['y']} {w['w']}x{w['h']}")
        if w["id"] and not w["id"].startswith("tile-") and min(w["w"], w["h"]) < 60:
            found.append(f"{where} is too small to hit: {w['w']}x{w['h']}")
    shown = [w for w in shown if not w["covered"] and (not w["text"] or w["text"] != state["toast"])]
    if not state["dialog"]:  # which lies over the page's words
        found += [f"{name}: {one} and {two} overlap" for one, two in _on_each_other(shown)]
    found += [f"{name}: {one!r} is higher than {two}" for one, two in _out_of_buttons(shown)]
    targets = [w for w in shown if w["id"] and not (state["dialog"] and not w["id"].startswith("dialog"))]
    for at, one in enumerate(targets):
        for two in targets[at + 1 :]:
            first, second = _seen(one, _box(one)), _seen(two, _box(two))
            across = min(first[2], second[2]) - max(first[0], second[0])
            down = min(first[3], second[3]) - max(first[1], second[1])
            if across > 1 and down > 1 and one["id"] != two["id"] and not name.startswith(scrolling):
                found.append(f"{name}: {one['id']} and {two['id']} overlap")
            elif max(across, down) > 1 and 1 - GAP_PX < min(across, down) <= 1 and _apart(one, two):
                found.append(f"{name}: {one['id']} and {two['id']} are {-min(across, down)} px apart")
    return found


def _apart(one: dict[str, Any], two: dict[str, Any]) -> bool:
    """Whether there should be room between them: not where a list cuts one off, nor between rows of a list,
    which border on each other as lines on paper do."""
    whole = all(_seen(w, _box(w)) == _box(w) for w in (one, two))
    return whole and not any(one["id"].startswith(row) and two["id"].startswith(row) for row in ROWS)


def walls(name: str, window: Window) -> list[str]:
    """Buttons on one page that a finger does not reach, words on it that something covers."""
    return [
        *(f"{name}: {one} lies behind something" for one in window.walled()),
        *(f"{name}: {words!r} lies under something" for words in window.buried()),
    ]


def _on_each_other(shown: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of words that are written over each other."""
    words = [(w["text"], _seen(w, _ink(w))) for w in shown if "texture" in w and w["text"] and not w["id"]]
    return [
        (one, two)
        for at, (one, first) in enumerate(words)
        for two, second in words[at + 1 :]
        if min(first[2], second[2]) - max(first[0], second[0]) > 2
        and min(first[3], second[3]) - max(first[1], second[1]) > 2
    ]


def _out_of_buttons(shown: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Words, and the button that they begin in and are higher than."""
    buttons = [w for w in shown if w["id"] and "texture" not in w]
    found = []
    for w in shown:
        if "texture" not in w or not w["text"] or w["id"]:
            continue
        left, top, _, bottom = _seen(w, _ink(w))
        for one in buttons:
            _, first, _, last = _seen(one, _box(one))
            inside = one["x"] <= left < one["x"] + one["w"] and first <= (top + bottom) / 2 <= last
            if inside and top < bottom and (top < first - 1 or bottom > last + 1):
                found.append((w["text"], one["id"]))
    return found


def _seen(w: dict[str, Any], ink: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    """What a list leaves of it: what is scrolled away lies on nothing."""
    left, top, right, bottom = w["seen"]
    return max(ink[0], left), max(ink[1], top), min(ink[2], right), min(ink[3], bottom)


def _box(w: dict[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom."""
    return w["x"], w["y"], w["x"] + w["w"], w["y"] + w["h"]


def _ink(w: dict[str, Any]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the words of a label, without the room a font keeps above and below."""
    wide, high = w["texture"]
    room = 0.2 * w["font"]
    left, middle = w["x"] + (w["w"] - wide) / 2, w["y"] + w["h"] / 2
    return left, middle - high / 2 + room, left + wide, middle + high / 2 - room
