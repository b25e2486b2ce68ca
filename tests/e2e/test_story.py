"""The headless demo as a newcomer runs it: a whole story, told once and looked at from all sides."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from drivers.scanner.decode import read_image
from kiosk.demo.village import SIMULATORS
from tests.e2e.command import start

STEPS = 21
COMPARED = {"account", "identity", "basket", "done", "paper-out", "power", "old-copy", "true-books"}


def figure(shown: str) -> float:
    """The number in what a label says: "13 分" is 13."""
    found = re.fullmatch(r"(-?[0-9]+(?:\.[0-9])?)( 分)?", shown)
    assert found, shown
    return float(found[1])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a story that was told."""
    out = tmp_path_factory.mktemp("story") / "out"
    run = start(out)
    said, errors = run.communicate(timeout=170)
    assert run.returncode == 0, errors
    assert said.strip() == str(out / "index.html")
    return out


@pytest.fixture
def summary(told: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((told / "summary.json").read_text("utf-8"))
    return found


@pytest.mark.timeout(180)
def test_every_step_has_its_picture_on_the_page(told: Path, summary: dict[str, Any]) -> None:
    assert summary["ok"] and summary["seconds"] > 0
    page = (told / "index.html").read_text("utf-8")
    assert len(summary["steps"]) == STEPS
    before = b""
    for step in summary["steps"]:
        if step["key"] == "county":
            assert "county.html" in page
            continue
        assert f'src="{step["picture"]}"' in page
        with Image.open(told / step["picture"]) as picture:
            assert picture.size == (1280, 800)
            dots = picture.tobytes()
        assert dots != before, f"{step['key']} shows the step before it"
        before = dots


@pytest.mark.timeout(180)
def test_what_labels_said_is_what_the_journal_gives(summary: dict[str, Any]) -> None:
    steps = {step["key"]: step for step in summary["steps"]}
    assert {key for key, step in steps.items() if step["shown"]} == COMPARED
    for key in COMPARED:
        assert figure(steps[key]["shown"]) == float(steps[key]["journal"]), key
    assert steps["account"]["shown"] == steps["old-copy"]["shown"] == "38.5"
    assert (steps["done"]["shown"], steps["true-books"]["shown"]) == ("13 分", "13")


@pytest.mark.timeout(180)
def test_slips_on_paper_at_the_camera_and_at_the_county_are_the_same(
    told: Path, summary: dict[str, Any]
) -> None:
    steps = {step["key"]: step for step in summary["steps"]}
    assert len(steps["done"]["slips"]) == 2
    assert steps["done"]["bytes_received"] > 1000
    number = steps["done"]["numbers"][0]
    ((_, printed),) = read_image(told / steps["done"]["slips"][1])
    assert number in printed
    assert read_image(told / steps["true-slip"]["held"]) == [("QR", printed)]
    ((_, altered),) = read_image(told / steps["altered-slip"]["held"])
    differing = [(one, two) for one, two in zip(printed, altered, strict=True) if one != two]
    assert len(differing) == 1 and "".join(differing[0]).isdigit()
    county = (told / "county.html").read_text("utf-8")
    printed_numbers = {number for step in steps.values() if step["slips"] for number in step["numbers"]}
    assert printed_numbers == set(summary["county_lists"]) and len(printed_numbers) >= 2
    assert all(number in county for number in printed_numbers)


@pytest.mark.timeout(180)
def test_books_agree_and_every_wire_was_used(summary: dict[str, Any]) -> None:
    books, wires = summary["books"], summary["simulators"]
    assert books["entries"] == books["county_entries"] > 50
    assert books["problems"] == books["waiting"] == books["differences"] == 0
    assert set(wires) == set(SIMULATORS)
    assert wires["camera"]["frames_served"] > 20
    assert wires["idcard"]["cards_read"] == 1
    assert wires["scanner"]["codes_sent"] == 8  # a forged card, three goods, two, one, and one refused
    assert wires["printer"]["slips_cut"] >= 4
    by_step = sum(step["bytes_received"] for step in summary["steps"])
    assert 0 < by_step <= wires["printer"]["bytes_received"]
    assert wires["county"]["exchanges_with_entries"] >= 2
