"""The demo of two centres as a newcomer runs it: both off line, one card, and a sum that stays."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

STEPS = ("cut", "same-card", "voucher", "arrived", "again", "both-spend", "nothing-left", "line-up")


@pytest.mark.timeout(300)
def test_two_centres(tmp_path: Path) -> None:
    out = tmp_path / "two"
    command = [sys.executable, "-m", "kiosk", "demo", "--two", "--out", str(out)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=280, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip() == str(out / "index.html")
    told = json.loads((out / "summary.json").read_text("utf-8"))
    assert [step["key"] for step in told["steps"]] == [f"two-{name}" for name in STEPS]
    sums = {step["key"].removeprefix("two-"): step["sums"] for step in told["steps"]}
    assert {one["sum"] for one in sums.values()} == {385}
    assert (sums["cut"]["here"], sums["cut"]["there"]) == (385, 0)
    assert (sums["voucher"]["here"], sums["voucher"]["on-the-way"]) == (235, 150)
    assert (sums["arrived"]["there"], sums["again"]["there"], sums["again"]["on-the-way"]) == (150, 150, 0)
    assert (sums["line-up"]["here"], sums["line-up"]["there"], sums["line-up"]["spent"]) == (35, 0, 350)
    assert (told["books"]["differences"], told["books"]["away_tenths"]) == (0, 0)
    page = (out / "index.html").read_text("utf-8")
    for step in told["steps"]:
        for name in (*step["pictures"], *step["slips"]):
            assert f'src="{name}"' in page
            with Image.open(out / name) as picture:
                picture.verify()
