"""Walks somebody of the staff through a task, question by question, to its end; draws nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.ledger.refusals import Question, Refused
from kiosk.services.views import PrintState
from kiosk.ui import faults
from kiosk.ui.tasks.at import Answer, At
from kiosk.ui.tasks.steps import Code, Goods, Number, Pick, Second, Step, Task, Told, Who

if TYPE_CHECKING:
    from kiosk.ui.main import KioskUI


class Runner:
    """At most one task at a time, of the person who is signed in; a visit's end ends it."""

    def __init__(self, app: KioskUI) -> None:
        self.app = app
        self.task: Task | None = None
        self.step: Step | None = None  # None: the summary before it is done
        self.asked: Step | None = None  # the one whose page is on the screen: `step` may still be coming
        self.busy = False  # the service works: nothing else may begin
        self.told: Told | None = None
        self.print_state: PrintState | None = None
        self._answers: dict[str, Answer] = {}
        self._waiting = False  # a page is being prepared
        self._yes: frozenset[str] = frozenset()

    @property
    def at(self) -> At:
        """Where the task stands, with a copy of the answers."""
        session, backend = self.app.flow.session, self.app.backend
        return At(
            services=backend.services,
            terminal=None,
            tr=self.app.tr,
            staff=session.staff if session else "",
            role=session.role if session else "",
            answers=dict(self._answers),
            yes=self._yes,
            task=self.task.name if self.task is not None else "",
            place_name=backend.settings.place.centre_name,
        )

    @property
    def moving(self) -> bool:
        """A service works or a page is being prepared: what is shown just now can't be answered any more."""
        return self.busy or self._waiting

    @property
    def questions(self) -> tuple[Step, ...]:
        """The steps as the answers so far have it."""
        return self.task.questions(self.at) if self.task is not None else ()

    @property
    def progress(self) -> tuple[int, int]:
        """Which page this is, and of how many as far as is known; the summary is the last one."""
        names = [step.name for step in self.questions]
        at = names.index(self.step.name) if self.step is not None and self.step.name in names else len(names)
        return at + 1, len(names) + (0 if self.task is None or self.task.at_once else 1)

    @property
    def so_far(self) -> tuple[str, ...]:
        """Whom and what the question on the screen is about: the words of what was chosen before it."""
        names = [step.name for step in self.questions]
        here = self.asked.name if self.asked is not None else ""
        before = self.questions[: names.index(here)] if here in names else ()
        return tuple(
            self._answers[one.name].words for one in before if _tells(one) and one.name in self._answers
        )

    def said(self, step: str) -> Answer | None:
        """What was answered to a step before."""
        return self._answers.get(step)

    def begin(self, task: Task) -> None:
        """Start a task from its first question."""
        self.forget()
        self.task = task
        self._go(self.questions[0] if self.questions else None)

    def answer(self, value: Any, words: str) -> None:
        """The question that is shown is answered: on to the next."""
        if self.step is None or self._waiting:
            return
        known = self._answers.get(self.step.name)
        if known is not None and known.value != value:
            self._drop_behind(self.step.name)
        self._answers[self.step.name] = Answer(value, words)
        self._go(self._next())

    def skip(self) -> None:
        """Leave the question open."""
        if self.step is not None and not self._waiting:
            self._answers.pop(self.step.name, None)
            self._go(self._next())

    def back(self) -> None:
        """One question back, with what was answered; before the first one the list of tasks."""
        if self.busy or self.task is None:
            return
        self._waiting = False
        names = [step.name for step in self.questions]
        here = self.step.name if self.step is not None else None
        at = names.index(here) if here in names else len(names)
        if at == 0:
            group = self.task.group
            self.forget()
            self.app.flow.show("tasks", group=group)
        else:
            self._go(self.questions[at - 1])

    def again(self) -> None:
        """From a refusal back to the page it came from, answers kept."""
        self._waiting = self.busy = False
        self._go(self.step)

    def agree(self) -> None:
        """Everything is answered: do it."""
        task = self.task
        if task is None or self.busy:
            return
        self.busy = True
        self.app.flow.page(self.app.flow.name).render()
        at = self.at
        self.app.flow.ask(
            lambda terminal: task.run(replace(at, terminal=terminal)), then=self._done, failed=self._failed
        )

    def look_up(self, job: Callable[[At], Any], then: Callable[[Any], None]) -> None:
        """Ask a service for a page of this task; a refusal is said on the page in a toast."""
        if self.moving:
            return
        at, step = self.at, self.step

        def came(result: Any) -> None:
            if self.step is step and not self.moving:
                then(result)

        self.app.flow.ask(lambda terminal: job(replace(at, terminal=terminal)), then=came, failed=self._hint)

    def printed(self, state: PrintState) -> None:
        """The printer's news; only those of this task's slip count."""
        if self.told is not None and state.slip == self.told.slip:
            self.print_state = state
            if self.app.flow.name == "task-done":
                self.app.flow.page("task-done").render()

    def reprint(self) -> None:
        """Print the slip of this task once more."""
        session = self.app.flow.session
        if self.told is not None and self.told.slip and session is not None:
            printing = self.app.backend.services.printing
            self.app.flow.ask(printing.reprint, self.told.slip, session.staff, then=self.printed)

    def forget(self) -> None:
        """Nothing of this task stays."""
        self.task = self.step = self.asked = self.told = self.print_state = None
        self._answers = {}
        self.busy = self._waiting = False
        self._yes = frozenset()

    def _drop_behind(self, name: str) -> None:
        """Another answer than before: what was signed is signed anew, what depends on it is asked anew."""
        found = self.questions
        names = [step.name for step in found]
        if name not in names:
            return
        at = names.index(name)
        for later in found[at + 1 :]:
            if found[at].decides or isinstance(later, Second):
                self._answers.pop(later.name, None)

    def _next(self) -> Step | None:
        found = self.questions
        names = [step.name for step in found]
        assert self.step is not None
        at = names.index(self.step.name) + 1
        return found[at] if at < len(found) else None

    def _go(self, step: Step | None) -> None:
        self.step = step
        task = self.task
        assert task is not None
        if step is None and task.at_once:
            self.agree()
            return
        page = step.page if step is not None else "task-confirm"
        prepare = step.prepare if step is not None else task.check
        at, self._waiting = self.at, True

        def came(prepared: Any) -> None:
            if self.step is step and self.task is task:
                self._waiting = False
                self.asked = step
                self.app.flow.show(page, prepared=prepared)

        self.app.flow.ask(
            lambda terminal: prepare(replace(at, terminal=terminal)), then=came, failed=self._failed
        )

    def _done(self, result: Any) -> None:
        task = self.task
        assert task is not None
        self.busy = False
        self.told = task.told(self.at, result)
        self.app.flow.show("task-done")
        if self.told.slip:
            state = self.app.backend.services.printing.state
            self.app.flow.ask(state, self.told.slip, then=self.printed, failed=lambda _error: None)
        self.app.load_shelf()

    def _failed(self, error: BaseException) -> None:
        self.busy = self._waiting = False
        tr = self.app.tr
        if isinstance(error, Question):
            code = error.code
            self.app.dialog.ask(
                tr.refusal(code, error.params),
                "",
                tr("tasks.yes"),
                tr("tasks.no"),
                then=lambda: self._agree_to(code),
                otherwise=self.again,
            )
        elif isinstance(error, Refused):
            self.app.flow.show("task-done", refusal=tr.refusal(error.code, error.params), code=error.code)
        else:
            faults.note(error)
            self.app.flow.show("task-done", refusal=tr(f"message.{faults.words(error)}"), code="broken")

    def _agree_to(self, code: str) -> None:
        self._yes |= {code}
        self.agree()

    def _hint(self, error: BaseException) -> None:
        tr = self.app.tr
        self.app.play("error")
        if isinstance(error, Refused | Question):
            self.app.toast.say(tr.refusal(error.code, error.params))
        else:
            faults.note(error)
            self.app.toast.say(tr(f"message.{faults.words(error)}"))


def _tells(step: Step) -> bool:
    """Whether its answer says whom or what the task is about: no PIN, no signature, no photograph does."""
    return isinstance(step, Pick | Who | Code | Goods) or (
        isinstance(step, Number) and step.kind in ("points", "pieces")
    )
