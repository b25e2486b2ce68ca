"""Where a task stands: who does it, what was answered so far, and what its functions work with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from kiosk.services.views import Account
from kiosk.ui import form
from kiosk.ui.i18n import Tr


class Answer(NamedTuple):
    """What was answered, and how it reads."""

    value: Any
    words: str


class Shot(NamedTuple):
    """A picture as the camera gave it: rows from the top, three bytes (RGB) a pixel."""

    rgb: bytes
    width: int
    height: int


def jpeg(shot: Shot) -> bytes:
    """The picture as JPEG; for the ledger thread."""
    from io import BytesIO

    from PIL import Image

    data = BytesIO()
    Image.frombytes("RGB", (shot.width, shot.height), shot.rgb).save(data, "JPEG", quality=85)
    return data.getvalue()


@dataclass(frozen=True)
class At:
    """Given to every function of a task. `services` and `terminal` are for the ledger thread only."""

    services: Any
    terminal: Any
    tr: Tr
    staff: str
    role: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    yes: frozenset[str] = frozenset()
    task: str = ""
    place_name: str = ""  # of the centre

    def __getitem__(self, step: str) -> Any:
        return self.answers[step].value

    def get(self, step: str, default: Any = None) -> Any:
        """The answer to a step, or `default` where it was not asked."""
        return self.answers[step].value if step in self.answers else default

    @property
    def second(self) -> str:
        """The second person's id, "" for none."""
        return str(self.get("second", ""))

    @property
    def household(self) -> str:
        """The number of the household of the step `who`."""
        account: Account = self["who"]
        return account.household

    def today(self) -> str:
        """The business day."""
        return str(self.services.books.today(self.terminal).day)

    def photo(self, step: str = "photo") -> bytes:
        """The picture of a step as JPEG, b"" where none was taken."""
        shot: Shot | None = self.get(step)
        return b"" if shot is None else jpeg(shot)

    def family(self, name: str, household: str) -> str:
        """A household as anybody may read it: 张＊山家 0217."""
        return self.tr("tasks.family", name=form.who(self.tr, name), tail=form.tail(household))


def place(entry: str) -> tuple[int, int]:
    """Epoch and seq of an entry's name, "1-284"."""
    epoch, seq = entry.split("-")
    return int(epoch), int(seq)
