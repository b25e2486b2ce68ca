"""Registers the screen's one font family with Kivy; finding and caching the faces is kiosk.ui.fonts'."""

from __future__ import annotations

from kivy.core.text import LabelBase

from kiosk.ui import fonts

FAMILY = "ui"


def register() -> None:
    """Make `font_name: "ui"` the Simplified Chinese faces, regular and bold."""
    found = fonts.prepare()
    LabelBase.register(FAMILY, str(found.regular), fn_bold=str(found.bold))
