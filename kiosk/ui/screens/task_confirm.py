"""The last page before it is done: everything that was chosen, in words, and one large button."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.properties import BooleanProperty, StringProperty

from kiosk.ui import kv
from kiosk.ui.screens.task_goods import worded
from kiosk.ui.screens.task_page import TaskPage
from kiosk.ui.tasks.steps import Goods
from kiosk.ui.widgets.card import Card
from kiosk.ui.widgets.paged import FactRow

GOODS_SHARE, FACTS_SHARE = 1.0, 0.55  # long names and short figures; short names and long words


class FactCard(Card):
    """Facts of one kind below each other."""

    title = StringProperty("")
    prefix = StringProperty("")  # of the names of its page buttons, where there are two cards


class TaskConfirm(TaskPage):
    """Nothing is written before the tap; two taps are one. Goods and what else was said stand apart."""

    speaks_up = True
    amount = StringProperty("")
    go = StringProperty("")
    goods_title = StringProperty("")  # "" where there are no goods to list
    sent = BooleanProperty(False)

    def on_kv_post(self, _base: Any) -> None:
        """Keep what is taken out while it is not needed."""
        self._goods = self.ids.goods.__self__

    def render(self) -> None:
        super().render()
        tasks, tr = self.app.tasks, self.app.tr
        if tasks.task is None:
            return
        self.question = self.words("confirm")
        self.hint = self.words("confirm_how", "")
        self.amount = tasks.task.amount(tasks.at)
        self.sent = tasks.busy
        self.go = tr("tasks.sent") if self.sent else self.words("go")
        facts: list[tuple[str, str]] = []
        goods: list[tuple[str, str]] = []
        for step in tasks.questions:
            answer = tasks.said(step.name)
            if isinstance(step, Goods) and answer is not None:
                goods += worded(tr, answer.value)
            elif answer is not None:
                name, _, _about = step.name.partition(".")
                facts.append((self.words(f"{name}_short", self.words(name)), answer.words))
        facts += [(row.title, row.value) for row in self.prepared or ()]
        self._cards(goods, facts)

    def forget(self) -> None:
        super().forget()
        self.amount = ""
        self.sent = False
        self._cards([], [])

    def _cards(self, goods: list[tuple[str, str]], facts: list[tuple[str, str]]) -> None:
        """Facts alone where there are no goods."""
        both, card = self.ids.both, self._goods
        self.goods_title = self.app.tr("tasks.goods_n", n=len(goods)) if goods else ""
        if goods and card.parent is None:
            both.add_widget(card, index=1)
        elif not goods and card.parent is not None:
            both.remove_widget(card)
        for into, rows, share in ((card, goods, GOODS_SHARE), (self.ids.facts, facts, FACTS_SHARE)):
            makes = [partial(FactRow, title=title, value=value, share=share) for title, value in rows]
            into.ids.rows.show(makes, keep=True)

    def spoken(self) -> str:
        return f"{self.question}。{self.amount}"


kv.load(__file__)
