"""One sentence in large words: what happened, what to do next, and one way on."""

from __future__ import annotations

import re
from typing import Any

from kivy.properties import StringProperty

from kiosk.ui import kv
from kiosk.ui.screens.page import Page
from kiosk.ui.widgets import sign  # noqa: F401  # its rule is used in the .kv file

TONES = {
    "": ("gold_text", "gold_soft", "warn"),
    "good": ("green", "green_soft", "ok"),
    "bad": ("red_text", "red_soft", "warn"),
}
# What happened, and what to do next: parted after the first sentence, else before ，请.
_PARTS = (
    re.compile(r"(.+?)[。！？]\s*(.+)", re.DOTALL),
    re.compile(r"(.+?[.!?])\s+(.+)", re.DOTALL),
    re.compile(r"(.+?)，(请.+)", re.DOTALL),
)


def parted(sentence: str) -> tuple[str, str]:
    """What happened, without its full stop, and what to do next; "" where nothing is to be done."""
    found = next((found for part in _PARTS if (found := part.fullmatch(sentence))), None)
    title, body = found.groups() if found else (sentence, "")
    return title.rstrip("。."), body


class Message(Page):
    """Refusals, checked slips, and what else needs one look."""

    title = StringProperty("")
    body = StringProperty("")
    code = StringProperty("")
    picture = StringProperty("")
    sku = StringProperty("")
    good = StringProperty("")
    icon = StringProperty("warn")
    tone = StringProperty("gold_text")
    ground = StringProperty("gold_soft")

    def enter(self, **facts: Any) -> None:
        self.title, self.body = parted(facts["sentence"])
        self.code = facts.get("code", "")
        self.picture, self.sku = facts.get("picture", ""), facts.get("sku", "")
        self.good = facts.get("good", "")
        self.tone, self.ground, self.icon = TONES[facts.get("tone", "")]

    def forget(self) -> None:
        self.title = self.body = self.code = self.picture = self.sku = self.good = ""

    def spoken(self) -> str:
        return f"{self.title}。{self.body}"


kv.load(__file__)
