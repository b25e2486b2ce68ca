"""All words people read, by key and language; knows nothing of screens or slips."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from kiosk.paths import assets_dir

DEFAULT_LOCALE = "zh-CN"


class Terms(NamedTuple):
    """What places are called here: 旗, 苏木 and 嘎查, or 县, 乡 and 村; `{village_word}` in a sentence."""

    county: str = "旗"
    township: str = "镇"
    village: str = "村"


TERMS = Terms()


class Words:
    """Sentences of one language with a county's own terms: `words("refused.card-forged", name="…")`.

    The files are `assets/locale/*<locale>.toml`; nested tables become dotted keys. A key that the
    language lacks falls back to Chinese; a key that Chinese lacks is our own mistake (`KeyError`).
    """

    def __init__(self, locale: str = DEFAULT_LOCALE, terms: Terms = TERMS) -> None:
        if locale not in locales():
            raise ValueError(f"no language {locale!r}; there are: {', '.join(locales())}")
        self.locale = locale
        self.terms = terms
        self._entries = _entries(locale, terms)

    def __call__(self, key: str, /, **params: object) -> str:
        """The sentence for `key` with `{name}` fields filled in; `x_tenths=385` fills `{x}` with 38.5.

        `{n:void|voids}` is the first where n is 1 or -1, else the second.
        """
        text = self._entries[key]
        if not params:
            return text
        shown = {name.removesuffix("_tenths"): _Field(_shown(name, value)) for name, value in params.items()}
        return text.format(**shown)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def keys(self) -> frozenset[str]:
        """Every key that has words."""
        return frozenset(self._entries)


def locales() -> tuple[str, ...]:
    """The languages that have a main file, Chinese first."""
    names = sorted(path.stem for path in _folder().glob("*.toml") if "." not in path.stem)
    return tuple(sorted(names, key=lambda name: name != DEFAULT_LOCALE))


def points(tenths: int) -> str:
    """Tenths of a point as people write them: 385 → `38.5`, 280 → `28`, -5 → `-0.5`, 18605 → `1,860.5`."""
    sign = "-" if tenths < 0 else ""
    whole, tenth = divmod(abs(tenths), 10)
    return f"{sign}{whole:,}.{tenth}" if tenth else f"{sign}{whole:,}"


class _Field:
    """What stands in a field, whatever its type; its format knows one from many."""

    def __init__(self, value: object) -> None:
        self._value = value

    def __format__(self, spec: str) -> str:
        one, several, many = spec.partition("|")
        if not several:
            return format(self._value, spec)
        return one if str(self._value).lstrip("+-−") == "1" else many


def _shown(name: str, value: object) -> object:
    return points(value) if name.endswith("_tenths") and isinstance(value, int) else value


def _folder() -> Path:
    return assets_dir() / "locale"


@cache
def _entries(locale: str, terms: Terms) -> Mapping[str, str]:
    entries = {**_load(DEFAULT_LOCALE), **_load(locale)}
    for name, word in terms._asdict().items():
        field = f"{{{name}_word}}"
        entries.update({key: text.replace(field, word) for key, text in entries.items() if field in text})
    return entries


@cache
def _load(locale: str) -> Mapping[str, str]:
    paths = [_folder() / f"{locale}.toml", *sorted(_folder().glob(f"*.{locale}.toml"))]
    entries: dict[str, str] = {}
    for path in paths:
        for key, text in _flatten(tomllib.loads(path.read_text("utf-8")), ""):
            assert key not in entries, f"{path.name}: {key} is defined twice"
            entries[key] = text
    return entries


def _flatten(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            assert isinstance(value, str), f"{prefix}{name}: words are strings"
            yield f"{prefix}{name}", value
