"""What is due when a business day opens: done once, right after, in the order of `TASKS`.

Each task looks for what is due by the books alone, so that one cut off by a power cut is simply done at the
next run; each commits for itself, so that a redemption waits for none of them.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.services import reserve
from kiosk.services.terminal import Terminal

Task = Callable[[Terminal], int]  # does what is due now; returns how many things that were

TASKS: tuple[Task, ...] = (reserve.release_due,)


def run(terminal: Terminal) -> int:
    """Do everything that is due; returns how many things were. Raises what `Terminal.write` raises."""
    terminal.day_opened = False
    return sum(task(terminal) for task in TASKS)


def follow(terminal: Terminal) -> None:
    """`run`, if a day was opened by this process since the last time."""
    if terminal.day_opened:
        run(terminal)
