"""The screens' own words as something that can be replaced at run time; knows no widget."""

from __future__ import annotations

from kiosk.words import Words, points


class Tr:
    """`tr("attract.title")` → the words at `ui.attract.title`; a new object for each language.

    `app.tr` is an observable property: replacing it renders every `app.tr(…)` in a .kv file again.
    """

    def __init__(self, words: Words) -> None:
        self.words = words

    def __call__(self, key: str, /, **params: object) -> str:
        return self.words(f"ui.{key}", **params)

    def has(self, key: str) -> bool:
        """Whether `ui.<key>` has words."""
        return f"ui.{key}" in self.words

    def refusal(self, code: str, params: dict[str, object]) -> str:
        """The sentence of a refusal or question, whoever's file it stands in."""
        shown = dict(params)
        for name, value in params.items():
            if name.endswith("_tenths") and isinstance(value, int):
                shown[name.removesuffix("_tenths")] = points(value)
        for key in (f"refused.{code}", f"question.{code}"):
            if key in self.words:
                return self.words(key, **shown)
        return self.words("ui.message.unworded", code=code)
