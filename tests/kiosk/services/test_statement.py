"""A household's statement: what stands on it, who may have it and how often."""

from __future__ import annotations

import msgspec
import pytest
from sqlalchemy import select

from kiosk.services import deeds, statement
from kiosk.services.terminal import Terminal
from kiosk.slips.paper import Paper
from kiosk.store.tables import print_job
from tests.kiosk.services.desk import refused
from tests.village import HandClock, Village, proof


@pytest.fixture
def terminal(village: Village, clock: HandClock) -> Terminal:
    return village.stocked(clock=clock)


def test_what_it_says_and_how_often(terminal: Terminal) -> None:
    deeds.earn(terminal, "0370217", "tidy-yard", 50, "G037A", "R037A")
    name = statement.print_statement(terminal, proof())
    assert name == "20261123-0217-1"
    with terminal.read() as conn:
        row = conn.execute(select(print_job).where(print_job.c.slip == name)).one()
    paper = msgspec.json.decode(row.content, type=Paper)
    assert row.copy == "resident"
    assert (paper.household, paper.facts[0].value) == ("0370217", "43.5")
    assert [right for _left, right in paper.rows] == ["+5", "+38.5"]
    assert paper.rows[0][0].startswith("11-23 ")
    statement.print_statement(terminal, proof("0370301"))
    assert [statement.print_statement(terminal, proof()) for _ in range(2)] == [
        name[:-1] + "2",
        name[:-1] + "3",
    ]
    assert refused(terminal, lambda: statement.print_statement(terminal, proof())) == (
        "statement-often",
        {"most": 3},
    )


def test_not_with_a_lost_card(village: Village, terminal: Terminal) -> None:
    lost = msgspec.structs.replace(proof(), how="card:9")
    assert refused(terminal, lambda: statement.print_statement(terminal, lost))[0] == "card-unknown"
