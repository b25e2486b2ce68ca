"""A line of words with a person's name in it: every run of characters in a font that has them."""

from __future__ import annotations

from kivy.properties import StringProperty
from kivy.utils import escape_markup

from kiosk.ui import fonts, kv
from kiosk.ui.widgets.text import Flow, Short


class _Named:
    """Rare characters (㐂, 𠮷, 䶮) come from the fallback fonts."""

    def rare(self, words: str) -> bool:
        """Whether `words` need a look at the fonts; most names don't."""
        return not all(
            character < "\u3400" or "\u4e00" <= character <= "\u9fa5" or character >= "\uff00"
            for character in words
        )

    def marked(self, words: str, bold: bool) -> str:
        """`words` as markup, a font tag only around what the family lacks."""
        usual = {str(fonts.prepare().regular), str(fonts.prepare().bold)}
        parts = []
        for path, run in fonts.runs(words, bold):
            text = escape_markup(run)
            parts.append(text if path in usual else f"[font={path}]{text}[/font]")
        return f"[b]{''.join(parts)}[/b]" if bold else "".join(parts)


class NameShort(_Named, Short):
    """Like `Short`."""

    words = StringProperty("")


class NameFlow(_Named, Flow):
    """Like `Flow`."""

    words = StringProperty("")


kv.load(__file__)
