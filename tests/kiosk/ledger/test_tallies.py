"""What counts as earned and as taken: a correction belongs to what it corrects."""

from __future__ import annotations

import pytest

from kiosk.ledger.tallies import change


@pytest.mark.parametrize(
    ("kind", "was", "wanted"),
    [
        ("earn", "", (20, 0)),
        ("deduct", "", (0, 20)),
        ("correct", "", (0, 20)),  # written before corrections said what they correct
        ("correct", "earn", (-20, 0)),
        ("earn", "earn", (20, 0)),
        ("earn", "deduct", (0, -20)),
        ("deduct", "deduct", (0, 20)),
    ],
)
def test_an_entry_and_its_reversal(kind: str, was: str, wanted: tuple[int, int]) -> None:
    body = {"amount": 20, **({"corrects": [1, 7], "was": was} if was else {})}
    assert change(kind, body) == wanted
    assert change("reverse", {**body, "kind": kind}) == (-wanted[0], -wanted[1])
