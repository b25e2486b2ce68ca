"""What a task is made of: its questions, the service it calls at the end, what is said then; no Kivy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from kiosk.ui.tasks.at import At

Kind = Literal["points", "pieces", "day", "month", "year", "time", "digits", "pin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One row of a list: `value` is what choosing it answers (its key where it is None)."""

    key: str
    title: str
    value: Any = None
    detail: str = ""
    figure: str = ""
    code: str = ""  # a barcode that chooses it

    @property
    def answer(self) -> Any:
        """What choosing this row answers."""
        return self.key if self.value is None else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One good on a list of goods, with how many pieces; None while nobody said."""

    sku: str
    name: str
    unit: str
    pieces: int | None = None
    best_before: str = ""
    picture: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One question. Its words are `ui.task.<task>.<name>`, or else `ui.step.<name>`."""

    page: ClassVar[str] = ""
    decides: ClassVar[bool] = False  # what is asked later may depend on the answer
    name: str
    when: Callable[[At], bool] = lambda _at: True  # from what was answered before; asks no service
    may_skip: bool = False
    about: str = ""  # which of several it is asked of

    def prepare(self, at: At) -> Any:  # noqa: ARG002
        """On the ledger thread: what the page needs before it is shown. May raise `Refused`."""
        return None


@dataclass(frozen=True, kw_only=True)
class Pick(Step):
    """One row of a list, or several."""

    page: ClassVar[str] = "task-pick"
    decides: ClassVar[bool] = True
    options: Callable[[At], Sequence[Option]]
    many: bool = False

    def prepare(self, at: At) -> Any:
        return tuple(self.options(at))


@dataclass(frozen=True, kw_only=True)
class Number(Step):
    """Something of digits: points, pieces, a day, a time. `quick` offers what is usual."""

    page: ClassVar[str] = "task-number"
    kind: Kind
    hint: Callable[[At], str] = lambda _at: ""
    quick: Callable[[At], Sequence[Option]] = lambda _at: ()
    least: int = 1

    def prepare(self, at: At) -> Any:
        return self.hint(at), tuple(self.quick(at))


@dataclass(frozen=True, kw_only=True)
class Who(Step):
    """A household by its card, its number or its initials; or many, one after another.

    With `each` every one of them is told to a service at once, by card text or account; it answers the
    words of its row.
    """

    page: ClassVar[str] = "task-who"
    decides: ClassVar[bool] = True
    many: bool = False
    each: Callable[[At, Any], str] | None = None


@dataclass(frozen=True, kw_only=True)
class Goods(Step):
    """Goods with pieces: scanned or chosen from the shelf; `lines` are there from the beginning."""

    page: ClassVar[str] = "task-goods"
    lines: Callable[[At], Sequence[Line]] = lambda _at: ()
    dated: bool = False  # ask until when they are good
    closed: bool = False  # no good but those of `lines`
    blank: bool = False  # pieces nobody typed are not 0: they were not counted

    def prepare(self, at: At) -> Any:
        shelf = () if self.closed else tuple(at.services.shelf.shelf(at.terminal))
        return tuple(self.lines(at)), shelf


@dataclass(frozen=True, kw_only=True)
class Code(Step):
    """A code of ours, scanned: `starts` says of which kind."""

    page: ClassVar[str] = "task-scan"
    decides: ClassVar[bool] = True
    starts: str
    part: int = 2  # which of its parts people know it by


@dataclass(frozen=True, kw_only=True)
class Photo(Step):
    """A picture by the camera."""

    page: ClassVar[str] = "task-photo"


@dataclass(frozen=True, kw_only=True)
class Second(Step):
    """A second person with card and PIN, whose role may do `act`."""

    page: ClassVar[str] = "task-second"
    name: str = "second"
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a summary: what it is, and what it is here."""

    title: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said at the end: parameters of the words `done`, and lines below them."""

    params: Mapping[str, object] = field(default_factory=dict)
    slip: str = ""
    rows: tuple[Row, ...] = ()
    key: str = "done"  # other words than `done`, where it came out otherwise
    tone: Literal["good", "bad", ""] = "good"


def _slip(_at: At, result: Any) -> Told:
    return Told(slip=getattr(result, "slip", ""))


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do. Its words lie under `ui.task.<name>`: title, how, done and its own questions."""

    name: str
    group: str
    icon: str
    act: str | tuple[str, ...]  # of `kiosk.services.roles`: who may do it; of several one is enough
    steps: tuple[Step, ...] | Callable[[At], Iterable[Step]]
    run: Callable[[At], Any]  # on the ledger thread; raises `Refused` or `Question`
    told: Callable[[At, Any], Told] = _slip
    amount: Callable[[At], str] = lambda _at: ""  # large on the last page before it is done
    check: Callable[[At], Sequence[Row]] = lambda _at: ()  # on the ledger thread: shown before it is done
    at_once: bool = False  # only looks: nothing to agree to

    def questions(self, at: At) -> tuple[Step, ...]:
        """The steps that are to be asked, as far as they are known from the answers so far."""
        found = self.steps(at) if callable(self.steps) else self.steps
        asked: dict[str, Step] = {}
        for step in found:
            if step.name not in asked and _asked(step, at):
                asked[step.name] = step
        return tuple(asked.values())


def _asked(step: Step, at: At) -> bool:
    """Whether the step is to be asked; one that depends on what was not answered yet may be."""
    try:
        return step.when(at)
    except KeyError:
        return True
