"""How a panel scores: whose word counts for which household, how many are needed, what comes out; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple


class Member(NamedTuple):
    """One member of the panel (评议组) as the roster has them."""

    staff: str
    since: str  # first day of the term
    until: str  # its last day
    election: str  # code of the election's record
    household: str  # their own, "" where none is here
    kin: tuple[str, ...]  # households of declared kin


def in_term(member: Member, day: str) -> bool:
    """Whether the member's word counts on `day`."""
    return member.since <= day <= member.until


def is_recused(member: Member, household: str) -> bool:
    """Whether the member stands back (回避): nobody scores the own household or declared kin."""
    return household == member.household or household in member.kin


def recused_lines(member: Member, households: Mapping[int, str]) -> tuple[int, ...]:
    """The lines a member stands back from; `households` by line."""
    return tuple(line for line in sorted(households) if is_recused(member, households[line]))


def outcome(scores: Sequence[int]) -> int:
    """What several scores come to: the middle one, of two the lower. Same words of a majority always win.

    Raises `ValueError` without any.
    """
    if not scores:
        raise ValueError("nobody scored it")
    return sorted(scores)[(len(scores) - 1) // 2]


def short_of(lines: Iterable[int], stood_back: Iterable[Sequence[int]], quorum: int) -> tuple[int, ...]:
    """The lines that fewer than `quorum` members scored; one item of `stood_back` for each who scored."""
    voices = [frozenset(part) for part in stood_back]
    return tuple(line for line in lines if sum(line not in part for part in voices) < quorum)
