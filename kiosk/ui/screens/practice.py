"""Training without printed cards: a tap on a card does what holding it up would do; invented people only."""

from __future__ import annotations

import json
import time
from typing import Any

from kivy.properties import StringProperty

from kiosk.ledger.masks import mask_name
from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import header, scroll, staterow  # noqa: F401  # their rules are used in the .kv file
from kiosk.ui.widgets.staterow import Told
from kiosk.words import points

ABOUT = "demo.json"  # beside the training terminal's data folder, see `kiosk.demo.seed`
SOURCE = "practice"


class PracticePage(Page):
    """Opened from the bar of a training terminal."""

    note = StringProperty("")
    _cards: dict[str, str]

    def enter(self, **facts: Any) -> None:  # noqa: ARG002
        self.render()

    def render(self) -> None:
        tr, about = self.app.tr, self._about()
        self.note = tr("training.page_how") if about else tr("training.none")
        people = (*about.get("staff", ()), *about.get("households", ()))
        self._cards = {one["id"]: one["card"] for one in people}
        rows = [
            Told(
                tr(f"signed_in.{one['role']}", name=mask_name(one["name"])),
                "",
                tr("training.pin", pin=one["pin"]),
                "gold_text",
                f"card-{one['id']}",
            )
            for one in about.get("staff", ())
        ]
        rows += [
            Told(
                tr("training.family", name=mask_name(one["name"])),
                tr("account.tail", tail=one["id"][-4:]),
                tr("training.points", points=points(one["available_tenths"])),
                "green",
                f"card-{one['id']}",
            )
            for one in about.get("households", ())
        ]
        staterow.fill(self.ids.rows, rows, self._show)

    def _show(self, row: str) -> None:
        from drivers.base import Scan

        card = self._cards[row.partition("-")[2]]
        self.app.backend.bus.publish(Scan(SOURCE, "QR", card, time.monotonic()))

    def _about(self) -> dict[str, Any]:
        """The training village's people; nothing where the database is another's."""
        settings = self.app.backend.settings
        if not settings.terminal.training:
            return {}
        try:
            about: dict[str, Any] = json.loads((settings.data_dir.parent / ABOUT).read_text("utf-8"))
        except OSError:  # a training database of the centre's own: its cards are printed
            return {}
        return about


kv.load(__file__)
