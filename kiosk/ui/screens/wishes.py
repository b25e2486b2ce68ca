"""What the shelf does not have and households would like: a vote for each, counted for the next order."""

from __future__ import annotations

from typing import Any

from kivy.properties import NumericProperty, StringProperty

from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.button import Btn


class WishBtn(Btn):
    """One wish; `votes` of this month."""

    title = StringProperty("")
    about = StringProperty("")
    votes = NumericProperty(0)


class WishesPage(Page):
    """A household of a visit votes; without one the page only shows."""

    note = StringProperty("")
    _origin = ""

    def enter(self, **facts: Any) -> None:
        self.forget()
        self._origin = facts.get("origin", "")
        self._load()
        self.render()

    def render(self) -> None:
        self.note = self.app.tr("wishes.how" if self.app.flow.account else "wishes.card")

    def forget(self) -> None:
        self.note = ""
        for button in self.ids.grid.children:
            button.chosen = False

    def back(self) -> None:
        """To where this page was opened from."""
        if self._origin == "account":
            self.app.flow.to_account()
        else:
            self.app.flow.show("shelf", again=True)

    def spoken(self) -> str:
        return self.app.tr("speech.wishes")

    def _load(self) -> None:
        services = self.app.backend.services

        def job(terminal: Any) -> Any:
            month = services.books.today(terminal).day[:7]
            return services.wishes.wish_list(), services.wishes.tally(terminal, month)

        self.app.flow.ask(job, then=self._came)

    def _came(self, found: Any) -> None:
        listed, tally = found
        votes = {one.about: one.votes for one in tally}
        grid = self.ids.grid
        while len(grid.children) < len(listed):
            grid.add_widget(WishBtn(on_release=self._vote))
        for button, wish in zip(reversed(grid.children), listed, strict=True):
            button.about = f"w:{wish.code}"
            button.name, button.title = f"wish-{wish.code}", wish.title
            button.votes = votes.get(button.about, 0)

    def _vote(self, button: WishBtn) -> None:
        flow, wishes, tr = self.app.flow, self.app.backend.services.wishes, self.app.tr
        if flow.account is None:
            self.app.toast.say(tr("wishes.card"))
            return
        proof, about = flow.account.proof, button.about

        def noted(_entry: str) -> None:
            button.chosen = True
            button.votes += 1
            self.app.toast.say(tr("wishes.noted", name=button.title))

        flow.ask(lambda terminal: wishes.vote(terminal, proof, about, wanted=True), then=noted)


kv.load(__file__)
