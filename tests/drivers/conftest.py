"""What driver tests share: a recorder of what a supervisor publishes."""

from __future__ import annotations

import pytest

from tests.drivers.recorder import Recorder


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()
