"""Working days by the holiday calendar, with the shipped years as the example."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import ConfigError, Settings, TerminalSettings
from kiosk.ledger.workdays import (
    WEEKENDS_ONLY,
    add_working,
    is_working,
    next_working,
    working_between,
)
from kiosk.services import holidays

KNOWN = holidays.calendar(Settings(terminal=TerminalSettings(data_dir="/nowhere")))
days = st.dates(date(2026, 1, 1), date(2028, 12, 31)).map(date.isoformat)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-09-30", True),
        ("2026-10-01", False),
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2026-10-10", True),  # a Saturday worked for the holiday
        ("2026-10-11", False),
        ("2026-09-20", True),  # a Sunday worked
        ("2026-02-16", False),
        ("2026-02-14", True),
    ],
)
def test_the_calendar_of_2026(day: str, works: bool) -> None:
    assert is_working(day, KNOWN) is works


@pytest.mark.parametrize(
    ("day", "count", "end"),
    [
        ("2026-11-25", 3, "2026-11-30"),  # over a weekend
        ("2026-09-29", 3, "2026-10-09"),  # 30 September, 8 and 9 October
        ("2026-10-09", 1, "2026-10-10"),  # the worked Saturday
        ("2026-12-30", 3, "2027-01-05"),  # over the year's end: 31 December, 4 and 5 January
        ("2026-12-30", 0, "2026-12-30"),
    ],
)
def test_days_of_notice(day: str, count: int, end: str) -> None:
    assert add_working(day, count, KNOWN) == end
    assert working_between(day, end, KNOWN) == count


def test_a_year_without_data_counts_weekends_only() -> None:
    assert KNOWN.years == {2026, 2027}
    assert is_working("2028-10-02", KNOWN)
    assert add_working("2028-09-29", 3, KNOWN) == add_working("2028-09-29", 3, WEEKENDS_ONLY) == "2028-10-04"


@given(days, st.integers(1, 40))
def test_counting_on_and_back_agree(day: str, count: int) -> None:
    end = add_working(day, count, KNOWN)
    assert is_working(end, KNOWN)
    assert working_between(day, end, KNOWN) == count
    assert add_working(add_working(day, count - 1, KNOWN), 1, KNOWN) == end
    assert working_between(end, day, KNOWN) == 0


@given(days)
def test_the_next_working_day_is_the_nearest(day: str) -> None:
    found = date.fromisoformat(day) + timedelta(days=1)
    while not is_working(found.isoformat(), KNOWN):
        found += timedelta(days=1)
    assert next_working(day, KNOWN) == found.isoformat()


def _settings(folder: Path) -> Settings:
    return Settings(terminal=TerminalSettings(data_dir=str(folder)))


def test_a_file_in_the_data_folder_stands_in_for_the_catalogues(tmp_path: Path) -> None:
    (tmp_path / "holidays-2027.toml").write_text(
        'year = 2027\nofficial = true\nwork = ["2027-01-03"]\n'
        '[[rest]]\nname = "元旦"\nfrom = "2027-01-01"\nto = "2027-01-02"\n'
    )
    own = holidays.calendar(_settings(tmp_path))
    assert is_working("2027-01-03", own)
    assert is_working("2027-10-01", own)
    assert holidays.unofficial(_settings(tmp_path)) == frozenset()
    assert holidays.unofficial(Settings(terminal=TerminalSettings(data_dir="/nowhere"))) == {2027}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("year = 2028\n", "official"),
        ('year = 2028\nofficial = true\nwork = ["2027-01-03"]\nrest = []\n', "2027-01-03"),
        ('year = 2028\nofficial = true\nwork = ["soon"]\nrest = []\n', "work"),
        ("year = \n", "line 1"),
        (
            'year = 2028\nofficial = true\nwork = []\n[[rest]]\nname = "x"\nfrom = "2028-02-02"\n'
            'to = "2028-02-01"\n',
            "from",
        ),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "holidays-2028.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"holidays-2028\.toml") as error:
        holidays.calendar(_settings(tmp_path))
    assert named in str(error.value)
