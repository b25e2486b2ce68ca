"""The year, run once for all checks of a module: small in `make test`, whole by `make year`."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.year.runner import Year

WHOLE = os.environ.get("KIOSK_YEAR", "") == "whole"
BULK = 480 if WHOLE else 20  # households beside the twenty


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    """The diary, run from its first line to its last."""
    made = Year(tmp_path_factory.mktemp("year"), BULK)
    made.run()
    yield made
    made.close()
