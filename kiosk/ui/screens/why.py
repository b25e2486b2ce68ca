"""Behind one line of the history: by which rule, whose word, with which proof, and every step on the way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ledger.masks import mask_name
from kiosk.services.views import HistoryLine
from kiosk.ui import form, kv
from kiosk.ui.screens import history
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, listrow  # noqa: F401  # their rules are used in the .kv file
from kiosk.words import points

if TYPE_CHECKING:
    from kiosk.services.why import Fact, Why

# What is told under which heading, in this order; what is named nowhere stands under the last one.
GROUPS = (
    ("rule", ("rule", "version", "owner", "deed", "activity", "when", "double", "over")),
    ("proof", ("evidence", "note", "photo")),
    ("people", ("actor", "second", "how", "member", "order", "order-refused")),
    ("after", ("corrects", "reason", "corrected-by", "corrected-on")),
    ("paper", ()),
)
OWN = ("household", "head", "amount")  # stands on the page already
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
PEOPLE = ("who", "first", "second")  # values of a step that name staff


class WhyPage(Page):
    """One line of the household of the visit."""

    day = StringProperty("")
    what = StringProperty("")
    kind = StringProperty("")
    amount = StringProperty("")
    tone = StringProperty("ink")
    note = StringProperty("")
    may_appeal = BooleanProperty(False)
    _line: HistoryLine | None = None
    _why: Why | None = None

    def enter(self, **facts: Any) -> None:
        if "line" in facts:
            self.forget()
            line: HistoryLine = facts["line"]
            self._line = line
            epoch, seq = map(int, line.entry.split("-"))
            self.app.flow.ask(self.app.backend.services.why.why, epoch, seq, then=self._came)
        self.render()

    def render(self) -> None:
        line, tr = self._line, self.app.tr
        if line is None:
            return
        self.day, self.kind = form.day(tr, line.day), form.kind(tr, line.kind)
        self.what = form.goods(tr, line.title) or self.kind
        self.amount, self.tone = form.change(line.amount_tenths), history.tone(line)
        self.note = tr("why.disputed") if line.disputed else ""
        found = self._why
        self.may_appeal = bool(
            found
            and line.kind in history.DOUBTFUL
            and not line.disputed
            and not any(fact.label == "corrected-by" for fact in found.facts)
        )
        self.ids.rows.lines = list(self._told(found)) if found else []

    def forget(self) -> None:
        self._line = self._why = None
        self.day = self.what = self.kind = self.amount = self.note = ""
        self.may_appeal = False
        self.ids.rows.lines = []

    def spoken(self) -> str:
        return (
            self.app.tr("speech.why", day=self.day, what=self.what, amount=self.amount)
            if self._line
            else super().spoken()
        )

    def appeal(self) -> None:
        """The household does not agree."""
        self.app.flow.show("appeal", line=self._line)

    def _came(self, found: Why) -> None:
        self._why = found
        self.render()

    def _told(self, found: Why) -> Iterator[dict[str, Any]]:
        tr, words = self.app.tr, self.app.tr.words
        named = {label for _group, labels in GROUPS for label in labels} | set(OWN)
        for group, labels in GROUPS:
            facts = [
                fact
                for fact in found.facts
                if fact.label in labels or (not labels and fact.label not in named)
            ]
            if facts:
                yield listrow.line(tr(f"why.{group}"), heading=True)
                for fact in facts:
                    yield listrow.line(self._shown(fact), above=words(f"why.{fact.label}"))
            if group == "people" and found.way:
                yield listrow.line(tr("why.way"), heading=True)
                for number, step in enumerate(found.way, 1):
                    yield listrow.line(self._step(found, step), lead=tr("why.step", n=number))

    def _shown(self, fact: Fact) -> str:
        tr, words = self.app.tr, self.app.tr.words
        if fact.label == "version":
            return tr("why.version", n=fact.value.rpartition(" v")[2])
        if fact.label == "photo":
            return tr("why.photo")
        if fact.label == "activity":
            return fact.value.partition(" ")[2] or fact.value  # what people call it, without our number
        if _DAY.fullmatch(fact.value):
            return form.day(tr, fact.value)
        if fact.form == "person":
            return mask_name(fact.value)
        if fact.form == "points":
            return tr("why.points", points=points(int(fact.value)))
        key = f"why.word.{fact.value}"
        return words(key) if fact.form == "word" and key in words else fact.value

    def _step(self, found: Why, step: Any) -> str:
        words = self.app.tr.words
        said: dict[str, object] = {}
        for name, value in step.values.items():
            if isinstance(value, str) and value in words:
                said[name] = words(value)
            elif name in PEOPLE:
                said[name] = mask_name(found.names.get(str(value), "")) or value
            elif _DAY.fullmatch(str(value)):
                said[name] = form.day(self.app.tr, str(value))
            else:
                said[name] = value
        return words(step.key, **said)


kv.load(__file__)
