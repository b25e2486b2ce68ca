"""What entries look like once their values are taken out, and which values follow from others.

A shape is an entry's text without its scalars. Every scalar belongs to a column named by its place
("redeem/lines/*/0"), so entries of different shapes share columns. Nothing here depends on a kind being
known; the tables below only make the frequent kinds cheap.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sync.columns import all_ints

MAX_LEAVES = 256
PLAIN, LOOKED, SUMMED = ".", "=", "~"  # a role begins with what its column holds: tokens, look-ups, residues

# text without scalars (keys stay in it), then one scalar; the last match has no scalar
_PART = re.compile(rb'((?:[^"0-9-]|"(?:[^"\\]|\\.)*":)*)("(?:[^"\\]|\\.)*"|-?[0-9]+|\Z)', re.DOTALL)

_FIXED = {"day": 0, "at": 1, "actor": 4, "second": 5}  # 2 and 3, kind and version, stay in the shape
_KIND, _VERSION = 2, 3

# a value that mostly goes with the same other value: price with good, expiry with household, …
_LOOKED = {
    "redeem/how": "hh",
    "redeem/from/*/0": "hh",
    "redeem/lines/*/2": "redeem/lines/*/0",
    "redeem/lines/*/3/*/0": "redeem/lines/*/0",
    "earn/amount": "earn/rule",
    "earn/rv": "earn/rule",
    "earn/deed": "day",
    "earn/expires": "day",
}


class Sum(NamedTuple):
    """The value at `leaf` should be Σ product pairs + Σ plus − Σ minus."""

    leaf: int
    pairs: tuple[tuple[int, int], ...]
    plus: tuple[int, ...]
    minus: tuple[int, ...]


class Shape(NamedTuple):
    """How entries of one form are split into columns."""

    text: str  # with a NUL (never in canonical bytes) for each scalar
    template: bytes  # the same for `%`
    roles: tuple[str, ...]  # column of each scalar
    looked: tuple[tuple[int, int], ...]  # (scalar, the scalar it goes with)
    sums: tuple[Sum, ...]
    summed: tuple[int, ...]  # every scalar that takes part in a sum


def split(rest: bytes) -> tuple[str, list[bytes]] | None:
    """An entry's text after its first three fields as (shape text, scalars); None where it has no shape."""
    parts = _PART.findall(rest)
    if len(parts) > 1 and parts[-1] == (b"", b""):
        parts.pop()
    if not _VERSION + 3 < len(parts) <= MAX_LEAVES or b"\0" in rest:
        return None
    texts, scalars = zip(*parts, strict=True)
    if b"".join(text + scalar for text, scalar in parts) != rest:
        return None
    around = (
        *texts[:_KIND],
        b"".join((texts[_KIND], scalars[_KIND], texts[_VERSION], scalars[_VERSION], texts[_VERSION + 1])),
        *texts[_VERSION + 2 :],
    )
    return b"\0".join(around).decode("ascii"), [*scalars[:_KIND], *scalars[_VERSION + 1 : -1]]


def shape_of(text: str) -> Shape:
    """The shape with this text. Raises `ValueError` where the text is no entry."""
    leaves = text.count("\0")
    pieces = text.split("\0")
    numbered = "[" + pieces[0] + "".join(f"{i}{piece}" for i, piece in enumerate(pieces[1:]))
    fields = json.loads(numbered)
    if leaves > MAX_LEAVES or not isinstance(fields, list) or len(fields) != 7:
        raise ValueError("a shape has seven fields")
    kind = fields[_KIND]
    if not isinstance(kind, str) or not isinstance(fields[6], dict):
        raise ValueError("a shape names its kind and has a body")
    roles = [""] * leaves
    for name, place in _FIXED.items():
        roles[_leaf(fields[place], leaves)] = name
    body = dict(_places(fields[6], ""))
    for leaf, path in body.items():
        roles[_leaf(leaf, leaves)] = "hh" if path == "/hh" else kind + path
    if not all(roles):
        raise ValueError("a shape has one place for each scalar")
    sums = _redeem_sums(roles, fields[6]) if kind == "redeem" else ()
    looked = tuple(_looked(roles))
    held = [PLAIN] * leaves
    for leaf, _ in looked:
        held[leaf] = LOOKED
    for one in sums:
        held[one.leaf] = SUMMED
    return Shape(
        text,
        text.replace("%", "%%").replace("\0", "%b").encode("ascii"),
        tuple(map(str.__add__, held, roles)),
        looked,
        sums,
        tuple(sorted({leaf for one in sums for leaf in (one.leaf, *one.plus, *_flat(one.pairs))})),
    )


def summable(shape: Shape, scalars: Sequence[bytes]) -> bool:
    """Whether the sums of this shape may be taken over these scalars without leaving 63 bits."""
    taking = [scalars[leaf] for leaf in shape.summed]
    return not taking or (all_ints(taking) and max(map(len, taking)) <= 8)


def expected(rule: Sum, scalars: Sequence[bytes]) -> int:
    """What the scalar at `rule.leaf` should be."""
    value = 0
    for left, right in rule.pairs:
        value += int(scalars[left]) * int(scalars[right])
    for leaf in rule.plus:
        value += int(scalars[leaf])
    for leaf in rule.minus:
        value -= int(scalars[leaf])
    return value


def _looked(roles: Sequence[str]) -> Iterator[tuple[int, int]]:
    for leaf, role in enumerate(roles):
        with_role = _LOOKED.get(role)
        if with_role is None or with_role not in roles:
            continue
        before = [place for place in range(leaf) if roles[place] == with_role]
        yield leaf, before[-1] if before else roles.index(with_role)


def _redeem_sums(roles: Sequence[str], body: dict[str, Any]) -> tuple[Sum, ...]:
    """charge = Σ qty·price; the last of `from` is what is left of the charge; likewise lots of a line."""
    quantities = [leaf for leaf, role in enumerate(roles) if role == "redeem/lines/*/1"]
    prices = [leaf for leaf, role in enumerate(roles) if role == "redeem/lines/*/2"]
    charge, buckets, lines = body.get("charge"), body.get("from"), body.get("lines")
    if type(charge) is not int or len(quantities) != len(prices) or not quantities:
        return ()
    sums = [Sum(charge, tuple(zip(quantities, prices, strict=True)), (), ())]
    sums += _rests(charge, buckets)
    for line in lines if isinstance(lines, list) else []:
        if isinstance(line, list) and len(line) == 4 and type(line[1]) is int:
            sums += _rests(line[1], line[3])
    return tuple(sums)


def _rests(total: int, pairs: Any) -> Iterator[Sum]:
    """Each second of `pairs` should be what the ones before left of `total`."""
    if not isinstance(pairs, list) or any(
        not isinstance(pair, list) or len(pair) != 2 or type(pair[1]) is not int for pair in pairs
    ):
        return
    places = [pair[1] for pair in pairs]
    for index, place in enumerate(places):
        yield Sum(place, (), (total,), tuple(places[:index]))


def _places(value: Any, path: str) -> Iterator[tuple[Any, str]]:
    """(scalar's number, its path): lists of lists lose their index, lists of scalars keep it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, f"{path}/*" if isinstance(inner, (list, dict)) else f"{path}/{index}")
    elif type(value) is int:
        yield value, path


def _leaf(value: Any, leaves: int) -> int:
    if type(value) is not int or not 0 <= value < leaves:
        raise ValueError("a shape has one place for each scalar")
    return value


def _flat(pairs: Sequence[tuple[int, int]]) -> Iterator[int]:
    for pair in pairs:
        yield from pair
