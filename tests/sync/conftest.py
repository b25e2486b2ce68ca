"""A county on either database and a terminal enrolled in it, joined by a real line.

`make test` runs everything on PostgreSQL, which a county in service has, and on SQLite as well what is about
the county's own statements and the cuts; `make faults` (KIOSK_FAULTS=all) runs everything on both.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from kiosk.services.terminal import Terminal, open_terminal
from sync.client import exchange_once
from sync.county.database import County, open_county
from sync.county.serving import Serving
from sync.county.settings import CountySettings
from tests.depth import ALL
from tests.sync import places
from tests.sync.epochs import FIRST, spend
from tests.sync.postgres import PostgresServer
from tests.village import receive

ON_BOTH = ("tests.sync.county.", "tests.sync.test_cuts")
ON_SQLITE = ("tests.sync.test_nonsense",)  # the terminal is what is tested there


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On which databases a test runs that asks for one."""
    if "database" in metafunc.fixturenames:
        module = metafunc.module.__name__
        both = ALL or module.startswith(ON_BOTH)
        one = "sqlite" if module.startswith(ON_SQLITE) else "postgresql"
        metafunc.parametrize("database", ["postgresql", "sqlite"] if both else [one])


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    server = PostgresServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def filled_sqlite(tmp_path_factory: pytest.TempPathFactory) -> CountySettings:
    """A county with its people and goods in SQLite, closed, to be copied."""
    return _filled(tmp_path_factory.mktemp("filled"), "")


@pytest.fixture(scope="session")
def filled_postgresql(tmp_path_factory: pytest.TempPathFactory, postgres: PostgresServer) -> CountySettings:
    """The same in PostgreSQL."""
    return _filled(tmp_path_factory.mktemp("filled"), postgres.database())


def _filled(folder: Path, url: str) -> CountySettings:
    settings = CountySettings(
        code="YS", name="示例旗", port=0, database_url=url, next_s=0.2, folder=str(folder)
    )
    county = open_county(settings, create=True)
    places.fill(county)
    county.close()
    return settings


@pytest.fixture
def county_settings(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> CountySettings:
    """Where a county of the test's own is, filled already."""
    filled: CountySettings = request.getfixturevalue(f"filled_{database}")
    folder, url = tmp_path / "county", filled.database_url
    shutil.copytree(filled.data_dir, folder)
    if url:
        server: PostgresServer = request.getfixturevalue("postgres")
        url = server.copy(url)
    return msgspec.structs.replace(filled, folder=str(folder), database_url=url)


@pytest.fixture
def county(county_settings: CountySettings) -> Iterator[County]:
    opened = open_county(county_settings)
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


@pytest.fixture
def shop(terminal: Terminal) -> Terminal:
    """A terminal with goods and points, everything at the county, one redemption made."""
    assert exchange_once(terminal).ok
    receive(terminal, "rice5", 50, "", "finance", "M037A", "R037A")
    spend(terminal, FIRST, "before")
    assert exchange_once(terminal).ok
    return terminal


@pytest.fixture
def reopen() -> Iterator[Callable[[Terminal], Terminal]]:
    """The same settings opened anew, as after a restart: what was opened here before is closed."""
    opened: list[Terminal] = []

    def again(terminal: Terminal) -> Terminal:
        for one in (terminal, *opened):
            one.close()
        opened.append(open_terminal(terminal.settings))
        return opened[-1]

    yield again
    for one in opened:
        one.close()
