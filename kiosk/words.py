"""All words people read, by key and language; knows nothing of screens or slips."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kiosk.paths import assets_dir

DEFAULT_LOCALE = "zh-CN"


class Words:
    """Sentences of one language: `words("refused.card-forged", name="…")`.

    The files are `assets/locale/*<locale>.toml`; nested tables become dotted keys. A key that the
    language lacks falls back to Chinese; a key that Chinese lacks is our own mistake (`KeyError`).
    """

    def __init__(self, locale: str = DEFAULT_LOCALE) -> None:
        if locale not in locales():
            raise ValueError(f"no language {locale!r}; there are: {', '.join(locales())}")
        self.locale = locale
        self._entries = {**_load(DEFAULT_LOCALE), **_load(locale)}

    def __call__(self, key: str, /, **params: object) -> str:
        """The sentence for `key` with `{name}` fields filled in; `x_tenths=385` fills `{x}` with 38.5."""
        text = self._entries[key]
        if not params:
            return text
        shown = {name.removesuffix("_tenths"): _shown(name, value) for name, value in params.items()}
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
    """Tenths of a point as people write them: 385 → `38.5`, 280 → `28`, -5 → `-0.5`."""
    sign = "-" if tenths < 0 else ""
    whole, tenth = divmod(abs(tenths), 10)
    return f"{sign}{whole}.{tenth}" if tenth else f"{sign}{whole}"


def _shown(name: str, value: object) -> object:
    return points(value) if name.endswith("_tenths") and isinstance(value, int) else value


def _folder() -> Path:
    return assets_dir() / "locale"


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
