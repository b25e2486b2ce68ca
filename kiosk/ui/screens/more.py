"""Every door of whoever is signed in, as large tiles: what has no place on the first page."""

from __future__ import annotations

from typing import Any

from kiosk.ui import doors, kv
from kiosk.ui.screens.manager import Action
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll  # noqa: F401  # their rules are used in the .kv file


class More(Page):
    """One tile for each door of the role, made once for each role, language and text size."""

    _built: tuple[Any, ...] = ()

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.render()
        self.ids.scroll.scroll_y = 1

    def render(self) -> None:
        session, tr, theme, grid = self.app.flow.session, self.app.tr, self.app.theme, self.ids.grid
        if session is None or self._built == (session.role, tr, theme):
            return
        self._built = (session.role, tr, theme)
        grid.clear_widgets()
        brief = theme.compact or theme.tall  # all in sight without pushing the list
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

    def _fit(self, tile: Action) -> None:
        theme = self.app.theme
        tile.height = max(60, tile.ids.words.height + theme.dp(16)) if theme.compact else tile.need


kv.load(__file__)
