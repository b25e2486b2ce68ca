"""Garbage is collected on the screen's thread, whoever makes it."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.ui.garbage import ALL_EVERY_S, MIDDLE_EVERY_S, SETTLED_LATEST_S, Garbage

MANY = 50_000  # far more than Python lets pass before it collects


class Knot:
    """Refers to itself: only the collector frees it."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture
def collected() -> Iterator[list[tuple[str, int]]]:
    """In which thread, and how old what was looked through."""
    found: list[tuple[str, int]] = []

    def note(phase: str, about: dict[str, Any]) -> None:
        if phase == "start":
            found.append((threading.current_thread().name, about["generation"]))

    gc.callbacks.append(note)
    yield found
    gc.callbacks.remove(note)


def knots() -> list[weakref.ref[Knot]]:
    """Of many that nobody holds."""
    return [weakref.ref(Knot()) for _ in range(MANY)]


def in_a_thread() -> list[weakref.ref[Knot]]:
    """The same, made by another thread."""
    made: list[list[weakref.ref[Knot]]] = []
    thread = threading.Thread(target=lambda: made.append(knots()), name="other")
    thread.start()
    thread.join()
    return made[0]


def test_no_other_thread_collects(collected: list[tuple[str, int]]) -> None:
    in_a_thread()
    assert any(name == "other" for name, _ in collected), "Python collects where it is made"
    garbage = Garbage(0.0)
    try:
        collected.clear()
        left = in_a_thread()
        assert not collected
        garbage.turn(1.0)
        assert collected == [(threading.main_thread().name, 0)]
        assert not any(one() for one in left)
    finally:
        garbage.stop()
    assert gc.isenabled() and not gc.get_freeze_count()


def test_what_came_since_it_settled_is_looked_through(collected: list[tuple[str, int]]) -> None:
    garbage = Garbage(0.0)
    try:
        garbage.settle()
        frozen = gc.get_freeze_count()
        knot = Knot()
        left = weakref.ref(knot)
        gc.collect(1)  # it is old now: only a look through everything finds it
        del knot
        collected.clear()
        garbage.turn(1.0)
        garbage.turn(MIDDLE_EVERY_S)
        assert left() is not None
        garbage.turn(ALL_EVERY_S)
        assert left() is None
        assert [generation for _, generation in collected] == [0, 1, 2]
        assert gc.get_freeze_count() <= frozen, "what came later is looked through again and again"
    finally:
        garbage.stop()


def test_where_nobody_says_so_it_settles_by_itself(collected: list[tuple[str, int]]) -> None:
    garbage = Garbage(0.0)
    try:
        for now_s in (ALL_EVERY_S, SETTLED_LATEST_S, SETTLED_LATEST_S + 1):
            garbage.turn(now_s)
        assert [generation for _, generation in collected][-3:] == [1, 2, 2]
    finally:
        garbage.stop()
