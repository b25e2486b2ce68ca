"""Ground common to all tests: hypothesis settings, an invented village, a clock that is set by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine

from kiosk.services import household_pin
from sync.county import registry
from tests.village import QUICK_HASH, HandClock, Village

settings.register_profile("kiosk", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kiosk")


@pytest.fixture(scope="session", autouse=True)
def _quick_pins() -> Iterator[None]:
    """PINs of test people are hashed with little work: a real hash takes a tenth of a second, on purpose."""
    with pytest.MonkeyPatch.context() as patch:
        for place in (registry, household_pin):
            patch.setattr(place, "PasswordHasher", lambda: QUICK_HASH)
        yield


@pytest.fixture(scope="session", autouse=True)
def _compiled_once() -> Iterator[None]:
    """Every test opens databases of its own; what SQLAlchemy has compiled for one serves the next.

    A program opens one database and keeps its engine; to compile for each test takes longer than the test.
    """
    begin, dialects, compiled = Engine.__init__, dict[Any, Any](), dict[Any, Any]()

    def sharing(engine: Engine, pool: Any, dialect: Any, url: Any, **options: Any) -> None:
        kind = (type(dialect), dialect.dbapi)
        if getattr(dialects.get(kind), "default_isolation_level", None) is None:  # never connected
            dialects[kind] = dialect
        begin(engine, pool, dialects[kind], url, **options)
        engine.update_execution_options(compiled_cache=compiled)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "__init__", sharing)
        yield


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands at 2026-11-23 10:00 until it is moved."""
    return HandClock()


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """A village whose terminals are closed at the end of the test."""
    made = Village(tmp_path)
    yield made
    made.close()


# Files whose tests take longest, longest first: begun last, one of them would keep a single processor busy
# while the others have nothing left to do.
LONG = (
    "tests/e2e/test_story_fails.py",
    "tests/drivers/printer/test_printer.py",
    "tests/e2e/test_story.py",
    "tests/kiosk/ui/test_tasks_points.py",
    "tests/faults/test_terminal_kills.py",
    "tests/e2e/test_two.py",
    "tests/kiosk/ui/test_tasks_month.py",
    "tests/kiosk/ui/test_desk_real.py",
    "tests/faults/test_kills.py",
    "tests/faults/test_monkey.py",
    "tests/kiosk/ui/test_tasks_fit.py",
    "tests/kiosk/ui/test_desk_fit.py",
    "tests/year/test_year.py",
    "tests/kiosk/ui/test_dock.py",
    "tests/kiosk/ui/test_fit.py",
    "tests/kiosk/ui/test_tasks_redeeming.py",
    "tests/kiosk/ui/test_tasks_goods.py",
    "tests/kiosk/ui/test_tasks_cards.py",
    "tests/kiosk/ui/test_resident.py",
    "tests/kiosk/ui/test_desk.py",
    "tests/faults/test_printer_bytes.py",
    "tests/drivers/scanner/test_ean_lines.py",
    "tests/kiosk/ui/test_faults.py",
    "tests/drivers/scanner/test_cards.py",
    "tests/kiosk/services/test_redeeming_histories.py",
    "tests/drivers/scanner/test_camera.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The long files first; everything else stays in its random order."""
    places = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONG)))
