"""What a simulated printer makes of the same bytes in the same state, worked out once; changes no outcome.

Of the thousands of runs of `test_printer_bytes` all print the same few copies: but for the piece in which it
breaks, the printer would go through the same commands again and again.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

from drivers.printer.simulated_engine import Engine
from drivers.printer.simulated_mechanism import Mechanism
from drivers.printer.simulated_paper import Item, Mark, Slip

COUNTERS = ("consumed", "printed_lines", "drawer_pushes", "code_pages", "overflows")
APART = {"buffer", "slips", "unknown", "_marks", *COUNTERS}  # all other fields are plain values
REMEMBERED = 4000  # the lines of a few copies; those in which it breaks come once and are forgotten


class Moment(NamedTuple):
    """All that decides what an engine, stopped by nothing, does with a buffer."""

    fields: tuple[tuple[str, object], ...]
    marks: tuple[Mark, ...]
    begun: bool  # whether something stands on the piece of paper already
    announced: bytes | None


class Effect(NamedTuple):
    """What it does."""

    then: Moment
    rest: bytes  # of the buffer, an unfinished command
    counted: tuple[int, ...]
    unknown: tuple[bytes, ...]
    pieces: tuple[tuple[tuple[Item, ...], bool], ...]  # what is added to the last one, then new ones
    answers: tuple[bytes, ...]


def effect_of(inside: Mechanism, size: int) -> Effect:
    """What comes of executing what it can of its first `size` bytes; nothing may stop it, and no roll end."""
    engine = inside.engine
    assert not inside.stopped and not inside.near_end and not inside.mute and engine.lines_left is None
    effect = _effect(_moment(inside), bytes(engine.buffer[:size]), inside._answers)
    return effect._replace(rest=effect.rest + engine.buffer[size:])


def let_happen(effect: Effect, inside: Mechanism) -> None:
    """Bring the printer to where executing would have brought it."""
    engine = inside.engine
    vars(engine).update(effect.then.fields)
    engine._marks = list(effect.then.marks)
    engine.buffer[:] = effect.rest
    for name, count in zip(COUNTERS, effect.counted, strict=True):
        setattr(engine, name, getattr(engine, name) + count)
    engine.unknown += effect.unknown
    (items, cut), *others = effect.pieces
    engine.slips[-1].items += items
    engine.slips[-1].cut = cut
    engine.slips += [Slip(engine.paper_dots, list(items), cut) for items, cut in others]
    inside._announced = effect.then.announced
    for answer in effect.answers:
        inside.say(answer)


@cache
def one_of(item: Item) -> Item:
    """The one object that stands for all that are equal to it: to compare them costs nothing."""
    return item


def _moment(inside: Mechanism) -> Moment:
    engine = inside.engine
    fields = tuple((name, value) for name, value in vars(engine).items() if name not in APART)
    return Moment(fields, tuple(engine._marks), bool(engine.slips[-1].items), inside._announced)


@lru_cache(maxsize=REMEMBERED)
def _effect(moment: Moment, buffer: bytes, answers: frozenset[str]) -> Effect:
    """Line by line, so that behind the one in which it breaks all is known again."""
    end = buffer.find(b"\n") + 1
    if 0 < end < len(buffer):
        first = _effect(moment, buffer[:end], answers)
        if not first.rest:  # else it was no end of a line, but a byte of some command
            return _both(first, _effect(first.then, buffer[end:], answers))
    return _executed(moment, buffer, answers)


def _both(first: Effect, second: Effect) -> Effect:
    *whole, (begun, _) = first.pieces
    (added, cut), *others = second.pieces
    return Effect(
        second.then,
        second.rest,
        tuple(map(sum, zip(first.counted, second.counted, strict=True))),
        first.unknown + second.unknown,
        (*whole, (begun + added, cut), *others),
        first.answers + second.answers,
    )


def _executed(moment: Moment, buffer: bytes, answers: frozenset[str]) -> Effect:
    known = dict(moment.fields)
    engine = Engine(known["paper_dots"], known["font_set"], known["cutter"])  # type: ignore[arg-type]
    inside = Mechanism(engine, answers)
    vars(engine).update(known)
    engine._marks, engine.buffer = list(moment.marks), bytearray(buffer)
    inside._announced = moment.announced
    before = [Mark("")] if moment.begun else []
    engine.slips = [Slip(engine.paper_dots, list(before))]  # type: ignore[arg-type]  # only that there is one
    said: list[bytes] = []
    inside.say = said.append
    while inside.execute_one():
        pass
    then = _moment(inside)
    del engine.slips[0].items[: len(before)]
    return Effect(
        then,
        bytes(engine.buffer),
        tuple(getattr(engine, name) for name in COUNTERS),
        tuple(engine.unknown),
        tuple((tuple(map(one_of, slip.items)), slip.cut) for slip in engine.slips),
        tuple(said),
    )
