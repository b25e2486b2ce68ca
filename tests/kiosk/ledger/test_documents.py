"""The code on the slip that goes with goods: read as written, in the alphabet of QR codes, nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.documents import Sent, read, text

SIGNATURE = "A" * 103
skus = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=10)
lines = st.lists(
    st.builds(
        Sent,
        sku=skus,
        pieces=st.integers(0, 999_999),
        best_before=st.sampled_from(["", "2027-01-31"]),
        fund=st.integers(0, 6),
    ),
    min_size=1,
    max_size=2,
)


@given(lines)
def test_read_as_written(sent: list[Sent]) -> None:
    code = text("YS-37B", (2, 284), 38, "0037-000012", "2026-11-23", sent)
    assert re.fullmatch(r"[0-9A-Z $%*+\-./:]*", code)
    found = read(f"{code}:{SIGNATURE}")
    assert found is not None
    assert (found.issuer, found.terminal, found.epoch, found.seq) == ("YS-37B", 37, 2, 284)
    assert (found.dest, found.number, found.day) == (38, "0037-000012", "2026-11-23")
    assert found.lines == tuple(sent)


@pytest.mark.parametrize(
    "code",
    [
        "",
        "G1:",
        "L1:YS-37:0037-001284:7F3A91C2:280:20261123:" + SIGNATURE,
        "G1:YS-37:1.2:38:0037-000012:20261123::" + SIGNATURE,
        "G1:YS-37:1.2:38:0037-000012:20261123:SOAP*1:" + SIGNATURE,
        "G1:YS-37:1.2:38:0037-000012:20261123:SOAP*1**0/:" + SIGNATURE,
        "G1:YS-37:1.2:38:0038-000012:20261123:SOAP*1**0:" + SIGNATURE,  # another's slip
        "G1:YS-37:1.2:38:0037B-000012:20261123:SOAP*1**0:" + SIGNATURE,  # of an epoch behind its issuer's
        "G1:YS-37:1.2:38:0037-000012:20261123:SOAP*1**0:" + "A" * 102,
        "G1:" * 4096,
    ],
)
def test_anything_else_is_none(code: str) -> None:
    assert read(code) is None
