"""Whose word an entry needs: one, two different people, the county's order or a notice."""

from __future__ import annotations

import pytest

from kiosk.ledger.kinds import KINDS, signed_enough
from kiosk.ledger.postings import POINT_KINDS


def test_every_kind_that_moves_points_is_in_the_table() -> None:
    assert set(KINDS) >= POINT_KINDS


@pytest.mark.parametrize(
    ("kind", "actor", "second", "body", "enough"),
    [
        ("redeem", "", "", {}, False),
        ("redeem", "M037A", "", {}, True),
        ("void", "M037A", "", {}, False),
        ("void", "M037A", "M037A", {}, False),
        ("void", "M037A", "R037A", {}, True),
        ("earn", "", "", {}, False),
        ("earn", "", "", {"order": "o1"}, True),
        ("earn", "", "", {"notice": "1-7"}, True),
        ("day-open", "", "", {}, True),
    ],
)
def test_signatures(kind: str, actor: str, second: str, body: dict[str, str], enough: bool) -> None:
    assert signed_enough(kind, actor, second, body) is enough
