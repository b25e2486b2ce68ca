"""A line of words with a person's name in it: every run of characters in a font that has them."""

from __future__ import annotations

from kivy.properties import StringProperty
from kivy.utils import escape_markup

from kiosk.ui import kv
from kiosk.ui.widgets.text import Short


class NameShort(Short):
    """Like `Short`, but rare characters (㐂, 𠮷, 䶮) come from the fallback fonts instead of showing boxes."""

    words = StringProperty("")

    def marked(self, words: str) -> str:
        """`words` as markup, a font tag only around what the family lacks."""
        if all(character < "\u3000" or "\u4e00" <= character <= "\u9fa5" for character in words):
            return escape_markup(words)  # type: ignore[no-any-return]
        from kiosk.ui import fonts  # first use only: reading the character tables takes a moment

        usual = fonts.prepare().regular
        parts = []
        for path, run in fonts.runs(words):
            text = escape_markup(run)
            parts.append(text if path == usual else f"[font={path}]{text}[/font]")
        return "".join(parts)


kv.load(__file__)
