"""The holiday calendar this terminal counts working days by: files of the catalogue, and the centre's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec

from kiosk.config import ConfigError, Settings
from kiosk.ledger.workdays import Calendar
from kiosk.paths import assets_dir

FILES = "holidays-*.toml"


class Rest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Days off in a row."""

    name: str
    since: date = msgspec.field(name="from")
    until: date = msgspec.field(name="to")

    def __post_init__(self) -> None:
        if self.since > self.until:
            raise ValueError(f"{self.name}: `from` lies behind `to`")


class Year(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One year's file."""

    year: Annotated[int, msgspec.Meta(ge=2000, le=2999)]
    official: bool  # False: an example, reckoned before the official notice
    rest: tuple[Rest, ...]
    work: tuple[date, ...]  # Saturdays and Sundays that are worked

    def __post_init__(self) -> None:
        days = (*self.work, *(day for one in self.rest for day in (one.since, one.until)))
        if wrong := [day for day in days if day.year != self.year]:
            raise ValueError(f"{wrong[0]} is not in {self.year}")


def calendar(settings: Settings) -> Calendar:
    """What is known of rest days and worked weekends. Raises `ConfigError` naming the file and the key."""
    years = _years(settings.data_dir)
    rest = frozenset(day.isoformat() for year in years for one in year.rest for day in _days(one))
    work = frozenset(day.isoformat() for year in years for day in year.work)
    return Calendar(rest, work, frozenset(year.year for year in years))


def unofficial(settings: Settings) -> frozenset[int]:
    """The years whose file is an example."""
    return frozenset(year.year for year in _years(settings.data_dir) if not year.official)


@cache
def _years(data_dir: Path) -> tuple[Year, ...]:
    """One a year; a file in the data folder stands in for the catalogue's of the same year."""
    paths = [*sorted((assets_dir() / "catalogue").glob(FILES)), *sorted(data_dir.glob(FILES))]
    return tuple({year.year: year for year in map(_read, paths)}.values())


def _read(path: Path) -> Year:
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), Year)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, msgspec.ValidationError) as error:
        raise ConfigError(f"{path}: {error}; compare with assets/catalogue/holidays-2026.toml") from None


def _days(one: Rest) -> Iterator[date]:
    day = one.since
    while day <= one.until:
        yield day
        day += timedelta(days=1)
