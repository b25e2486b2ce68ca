"""Every door of whoever is signed in, as large tiles: what has no place on the first page."""

from __future__ import annotations

from typing import Any

from kiosk.ui import doors, kv
from kiosk.ui.screens.manager import Action
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll  # noqa: F401  # their rules are used in the .kv file


class More(Page):
    """One tile for each door of the role."""

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.render()

    def render(self) -> None:
        session, tr, grid = self.app.flow.session, self.app.tr, self.ids.grid
        grid.clear_widgets()
        if session is None:
            return
        brief = self.app.theme.compact or self.app.theme.tall  # all in sight without pushing the list
        for door in doors.of(session.role):
            tile = Action(
                name=door.name,
                icon=door.icon,
                title=tr(f"door.{door.name}"),
                detail="" if brief else tr(f"door.{door.name}_how"),
                size_hint_y=None,
            )
            tile.bind(
                need=lambda tile, _need: self._fit(tile),
                on_release=lambda _tile, door=door: self.app.flow.show(door.page, **door.facts),
            )
            self._fit(tile)
            grid.add_widget(tile)
        self.ids.scroll.scroll_y = 1

    def _fit(self, tile: Action) -> None:
        theme = self.app.theme
        tile.height = max(60, tile.ids.words.height + theme.dp(16)) if theme.compact else tile.need


kv.load(__file__)
