"""A monkey at the terminal: whatever it taps, scans, unplugs or throws, no page is stuck, the books hold.

`make test` lets it play for a moment, `make faults` for ten minutes, `make monkey` for an hour.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.depth import ALL, often
from tests.faults.monkey.__main__ import well
from tests.faults.monkey.cage import Cage
from tests.faults.monkey.run import run

SEED = 20261123
SECONDS = often(20, 600)
PAGES_LEAST = often(5, 30)


@pytest.mark.timeout(400)
def test_nothing_a_monkey_does_breaks_the_terminal(tmp_path: Path) -> None:
    with Cage(tmp_path, 1024, 600, "zh-CN") as cage:
        report = run(cage, SEED, SECONDS, training=ALL)
    print(report)
    assert well(report), report
    assert sum(1 for count in report.pages.values() if count) >= PAGES_LEAST, report
