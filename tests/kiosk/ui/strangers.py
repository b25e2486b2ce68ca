"""What strangers said of a page from its picture alone: `strangers.toml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

FILE = Path(__file__).with_suffix(".toml")


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One person who saw one picture and nothing else."""

    purpose: str  # what the page is for, in their words
    next: str  # what they would do now
    right: bool  # both are what the page means
    picture: str = ""  # which of the page's pictures, as "1280x800 zh-CN light normal"


Answers = Mapping[str, Mapping[str, tuple[Answer, ...]]]  # by walk, by page


def answers(file: Path = FILE) -> Answers:
    """What was said; nothing where there is no file. A key that is not known is an error that names it."""
    if not file.exists():
        return {}
    return msgspec.toml.decode(file.read_bytes(), type=dict[str, dict[str, tuple[Answer, ...]]])


def share_right(said: Answers) -> tuple[int, int]:
    """How many answers are right, and how many there are."""
    every = [one for pages in said.values() for some in pages.values() for one in some]
    return sum(one.right for one in every), len(every)
