"""The sieve: double reads, stale codes and floods are held back and counted, everything else is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from drivers.scanner.sieve import DOUBLE_READ_S, STALE_S, WAITING_MAXIMUM, Sieve
from drivers.scanner.types import Code

A, B = Code("", "a"), Code("", "b")


def drained(sieve: Sieve, now_s: float) -> list[tuple[Code, float]]:
    found = []
    while (one := sieve.next(now_s)) is not None:
        found.append(one)
    return found


def test_a_code_read_without_a_pause_is_one_code() -> None:
    sieve = Sieve()
    for turn in range(10):
        sieve.keep(A, turn * DOUBLE_READ_S * 0.9)
    assert drained(sieve, 1.0) == [(A, 0.0)]
    assert sieve.counts == {"repeated": 9}


def test_the_same_again_on_purpose_and_others_between_are_kept() -> None:
    sieve = Sieve()
    times = [(A, 0.0), (A, DOUBLE_READ_S), (B, DOUBLE_READ_S), (A, DOUBLE_READ_S + 0.01)]
    for code, at_s in times:
        sieve.keep(code, at_s)
    assert drained(sieve, 1.0) == times
    assert not sieve.counts


def test_old_codes_are_dropped_when_asked_for() -> None:
    sieve = Sieve()
    sieve.keep(A, 0.0)
    sieve.keep(B, 1.0)
    assert sieve.next(STALE_S + 0.5) == (B, 1.0)
    assert sieve.counts == {"stale": 1}


@given(st.integers(0, WAITING_MAXIMUM * 3))
def test_no_more_than_the_maximum_waits_and_the_rest_is_counted(count: int) -> None:
    sieve = Sieve()
    for number in range(count):
        sieve.keep(Code("", str(number)), 0.0)
    assert sieve.counts["dropped"] == max(0, count - WAITING_MAXIMUM)
    assert [code.text for code, _ in drained(sieve, 0.0)] == [
        str(number) for number in range(min(count, WAITING_MAXIMUM))
    ]
