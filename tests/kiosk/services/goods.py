"""What tests of goods ask of a terminal: refusals, papers, and books that hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.ledger.refusals import Refused
from kiosk.services import printing, shelf, verify
from kiosk.services.terminal import Terminal
from kiosk.slips.paper import Paper
from tests.faults import books

TWO = ("M037A", "R037A")


def refused(act: Callable[[], Any]) -> str:
    """The code `act` is refused with."""
    with pytest.raises(Refused) as no:
        act()
    return no.value.code


def on_hand(terminal: Terminal) -> dict[str, int]:
    """Pieces that may be handed out, by SKU."""
    return {item.sku: item.on_hand for item in shelf.shelf(terminal)}


def paper(terminal: Terminal, slip: str) -> Paper:
    """The paper with that number, taken from the print queue."""
    while job := printing.take(terminal):
        printing.finish(terminal, job, "printed", "", 900)
        if job.slip == slip:
            assert isinstance(job.content, Paper)
            return job.content
    raise AssertionError(f"{slip} is not queued")


def copies(terminal: Terminal, slip: str) -> list[str]:
    """The queued copies of a slip."""
    rows = books.rows(terminal.settings.data_dir, "SELECT slip, copy FROM print_job ORDER BY id")
    return [copy for name, copy in rows if name == slip]


def sound(terminal: Terminal) -> None:
    """The books hold, and folding them anew changes nothing."""
    found = verify.verify(terminal)
    assert found.ok, found.problems
    assert verify.rebuild(terminal).problems == ()
