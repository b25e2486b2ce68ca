"""What is due is done once a day was opened, and by nobody else's hand."""

from __future__ import annotations

import pytest

from kiosk.services import due
from kiosk.services.terminal import Terminal
from tests.village import HandClock, Village


def test_due_follows_a_day_that_was_opened(
    village: Village, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = village.terminal(clock=clock)
    done: list[str] = []

    def task(of: Terminal) -> int:
        done.append(of.clock.today())
        return 1

    monkeypatch.setattr(due, "TASKS", (task,))
    with terminal.write():
        pass
    due.follow(terminal)
    due.follow(terminal)
    assert done == ["2026-11-23"]
    clock.move(days=1)
    with terminal.write():
        pass
    due.follow(terminal)
    due.follow(terminal)
    assert done == ["2026-11-23", "2026-11-24"]
    assert due.run(terminal) == 1
