"""The headless demo as a newcomer runs it: a whole story, and a named failure for each part that is off."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from kiosk.demo.village import SIMULATORS

STEPS = 16


def start(out: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "kiosk", "demo", "--headless", "--out", str(out), *words]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.timeout(180)
def test_story_is_told_and_adds_up(tmp_path: Path) -> None:
    run = start(tmp_path / "out")
    said, errors = run.communicate(timeout=170)
    assert run.returncode == 0, errors
    assert said.strip() == str(tmp_path / "out" / "index.html")
    summary = json.loads((tmp_path / "out" / "summary.json").read_text("utf-8"))
    steps = {step["key"]: step for step in summary["steps"]}
    assert len(steps) == STEPS
    for step in steps.values():
        with Image.open(tmp_path / "out" / step["picture"]) as picture:
            assert picture.size == (1280, 800)
        assert step["shown"] == step["journal"]
    assert (steps["account"]["shown"], steps["done"]["shown"]) == ("38.5", "13")
    assert len(steps["done"]["slips"]) == 2
    assert steps["done"]["bytes_received"] > 1000
    books = summary["books"]
    assert books["entries"] == books["county_entries"] > 50
    assert books["problems"] == books["waiting"] == books["differences"] == 0
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert all(step["picture"] in page for step in steps.values() if step["key"] != "county")


@pytest.mark.timeout(180)
def test_each_simulator_that_is_off_is_named(tmp_path: Path) -> None:
    runs = {name: start(tmp_path / name, "--without", name) for name in SIMULATORS}
    for name, run in runs.items():
        said, errors = run.communicate(timeout=170)
        assert run.returncode == 1, (name, said)
        assert f"the {name} did not do its part" in errors, (name, errors)
        assert not (tmp_path / name / "index.html").exists()
