"""A county on either database and a terminal enrolled in it, joined by a real line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.services.terminal import Terminal
from sync.county.database import County, open_county
from sync.county.serving import Serving
from sync.county.settings import CountySettings
from tests.sync import places
from tests.sync.postgres import PostgresServer


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def county_settings(request: pytest.FixtureRequest, tmp_path: Path) -> CountySettings:
    url = ""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.database()
    return CountySettings(
        code="YS", name="示例旗", port=0, database_url=url, next_s=0.2, folder=str(tmp_path / "county")
    )


@pytest.fixture
def county(county_settings: CountySettings) -> Iterator[County]:
    opened = open_county(county_settings, create=True)
    places.fill(opened)
    yield opened
    opened.close()


@pytest.fixture
def serving(county: County, county_settings: CountySettings) -> Iterator[Serving]:
    with Serving(county, county_settings) as running:
        yield running


@pytest.fixture
def make_terminal(county: County, tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """make(name, url, centre="037"): a newly enrolled terminal that talks to `url`."""
    made: list[Terminal] = []

    def make(name: str, url: str, centre: str = "037") -> Terminal:
        made.append(places.enrolled(county, tmp_path / name, url, centre))
        return made[-1]

    yield make
    for terminal in made:
        terminal.close()


@pytest.fixture
def terminal(make_terminal: Callable[..., Terminal], serving: Serving) -> Terminal:
    return make_terminal("terminal", serving.url)
