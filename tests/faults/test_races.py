"""Two real processes at one terminal's database: nobody overspends, both end clean."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from kiosk.services import issuing, verify
from kiosk.services.issuing import Wanted
from kiosk.services.terminal import Terminal
from tests.faults import books
from tests.faults.killer import Killer
from tests.kiosk.services.two import both
from tests.village import PIN, Village, receive

RICH = "0370900"  # 5,000 points, limits off


def _race(
    village: Village, terminal: Terminal, folder: Path, batches: list[list[tuple[str, str, int]]]
) -> list[list[Any]]:
    """Run both batches at once; every answer of each. Nobody starts before both are ready to read."""
    config = folder / "config.toml"
    config.write_text(
        f'[terminal]\ndata_dir = "{terminal.settings.data_dir}"\n[printer]\naddress = "tcp://127.0.0.1:9"\n'
    )
    argv = ["--config", str(config), "redeem", "--batch", "-"]
    given = []
    for batch in batches:
        lines = ""
        for request_id, sku, pieces in batch:
            fields = {"card": village.card(RICH), "items": {sku: pieces}, "staff": "M037A"}
            lines += json.dumps({**fields, "request_id": request_id}) + "\n"
        given.append(lines)
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    with Killer(folder / "a") as one, Killer(folder / "b") as two:
        one.run(["--help"])  # both servers have loaded the program
        two.run(["--help"])
        with (
            one.start(argv, env={"KIOSK_PIN": PIN}, given=given[0]) as first,
            two.start(argv, env={"KIOSK_PIN": PIN}, given=given[1]) as second,
        ):
            answers = [[json.loads(line) for line in child.out] for child in (first, second)]
            codes = [child.end() for child in (first, second)]
            errors = [child.errors.read_text() for child in (first, second)]
    assert set(codes) <= {0, 3}
    assert errors == ["", ""]
    assert [len(found) for found in answers] == [len(batch) for batch in batches]
    return answers


def _outcomes(answers: list[list[Any]]) -> Counter[str]:
    return Counter(one.get("refused", "done") for found in answers for one in found)


def test_one_balance(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    batches = [[(f"{name}{n}", "oil5", 1) for n in range(100)] for name in "ab"]
    answers = _race(village, terminal, tmp_path, batches)
    assert _outcomes(answers) == {"done": 142, "not-enough-points": 58}  # 142 × 35 of 5,000 points
    assert all(any("slip" in one for one in found) for found in answers), "one of them never came to its turn"
    assert len(books.check(terminal)) == 142
    left = books.rows(terminal.settings.data_dir, f"SELECT available FROM pot WHERE household='{RICH}'")
    assert left == [(50_000 - 142 * 350,)]


def test_one_lot(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    batches = [[(f"{name}{n}", "vinegar", 5) for n in range(50)] for name in "ab"]
    answers = _race(village, terminal, tmp_path, batches)
    assert _outcomes(answers) == {"done": 80, "not-enough-stock": 20}  # 80 × 5 of 400 pieces
    books.check(terminal)
    left = books.rows(terminal.settings.data_dir, "SELECT pieces FROM lot WHERE sku='vinegar'")
    assert left == [(0,)]


def test_the_same_requests_from_both_sides(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    batch = [(f"r{n}", "soap", 1) for n in range(60)]
    first, second = _race(village, terminal, tmp_path, [batch, list(reversed(batch))])
    assert first == list(reversed(second))
    assert len(books.check(terminal)) == 60


def test_the_last_piece_by_two_ways(village: Village, tmp_path: Path) -> None:
    """One hands it out for points, the other without: it leaves the shelf once."""
    terminal = village.stocked()
    issuing.issue(terminal, (Wanted(sku="oil5", pieces=399),), "care", "", "M037A", "R037A")
    two = ("--staff", "M037A", "--second", "R037A")
    answers = both(tmp_path, terminal, "stock", "issue", "--item", "oil5=1", "--why", "care", *two)
    assert answers[1]["refused"] == "not-enough-stock"
    receive(terminal, "oil5", 1)
    (tmp_path / "ways").mkdir()
    found = _two_ways(village, terminal, tmp_path / "ways")
    assert sorted(one.get("refused", "done") for one in found) == ["done", "not-enough-stock"]
    assert verify.verify(terminal).problems == ()
    assert books.rows(terminal.settings.data_dir, "SELECT sum(pieces) FROM lot WHERE sku='oil5'") == [(0,)]


def _two_ways(village: Village, terminal: Terminal, folder: Path) -> list[Any]:
    """The answers of a redemption and an issue of the same piece at the same time."""
    config = folder / "config.toml"
    config.write_text(f'[terminal]\ndata_dir = "{terminal.settings.data_dir}"\n')
    pins = {"KIOSK_PIN": PIN, "KIOSK_PIN_2": PIN}
    start = ["--config", str(config)]
    one_way = ["redeem", "--card", village.card(RICH), "--item", "oil5=1", "--staff", "M037A", "--json"]
    other = ["stock", "issue", "--item", "oil5=1", "--why", "care", "--staff", "R037A", "--second", "M037A"]
    (folder / "a").mkdir()
    (folder / "b").mkdir()
    with Killer(folder / "a") as one, Killer(folder / "b") as two:
        one.run(["--help"])
        two.run(["--help"])
        with (
            one.start([*start, *one_way], env=pins) as first,
            two.start([*start, *other, "--json"], env=pins) as second,
        ):
            answers = [json.loads("".join(child.out)) for child in (first, second)]
            codes = [child.end() for child in (first, second)]
    assert sorted(codes) == [0, 3]
    return answers
