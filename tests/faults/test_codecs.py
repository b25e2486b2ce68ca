"""Whatever comes over a device's wire: no crash, no hang, bounded memory, and the same in any portions.

FUZZ_INPUTS says how many inputs each codec gets; a failure names the seed it came from.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults import fuzz
from tests.faults.codecs import CODECS

# "file:line" of a codec that no input reaches, each with its reason; keep it short.
NEVER_REACHED: dict[str, str] = {}


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", CODECS)
def test_a_codec_stands_whatever_comes(name: str) -> None:
    """On FUZZ_INPUTS inputs; enough of them must have been true ones."""
    seen: Counter[bool] = Counter()

    @settings(max_examples=max(1, fuzz.INPUTS // fuzz.BATCH), database=None, derandomize=True)
    @given(st.binary(min_size=8, max_size=8))
    def batches(seed: bytes) -> None:
        rng = Random(seed)
        for _ in range(fuzz.BATCH):
            seen[CODECS[name](rng)] += 1

    batches()
    print(f"{name}: {seen.total()} inputs, {seen[True] / seen.total():.1%} with a true header and checksum")
    assert seen.total() >= fuzz.INPUTS
    assert seen[True] >= fuzz.TRUE_LEAST * seen.total(), seen


def test_every_line_and_branch_of_the_codecs_is_reached() -> None:
    ran = subprocess.run([sys.executable, "-m", "tests.faults.reached"], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.splitlines()) == set(NEVER_REACHED), ran.stdout
