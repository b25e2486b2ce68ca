"""Two processes reserving, redeeming and collecting at one database: the last piece and point go once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kiosk.services import reserve
from kiosk.services.terminal import Terminal
from tests.faults import books
from tests.kiosk.services.desk import place, sound
from tests.village import Village, proof

RICH = "0370900"  # 5,000 points, limits off
POOR = "0370301"  # 10 points
END_S = 60.0


def _race(
    terminal: Terminal, folder: Path, household: str, batches: list[list[dict[str, Any]]]
) -> list[list[dict[str, Any]]]:
    """Both at once; nobody starts before both are ready."""
    config = folder / "config.toml"
    config.write_text(
        f'[terminal]\ndata_dir = "{terminal.settings.data_dir}"\n[printer]\naddress = "tcp://127.0.0.1:9"\n'
    )
    argv = [sys.executable, "-m", "tests.faults.racer", str(config), household]
    with ExitStack() as stack:
        racers = [
            stack.enter_context(
                subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in batches
        ]
        for racer in racers:
            assert racer.stdout is not None
            assert racer.stdout.readline() == "ready\n"
        for racer, batch in zip(racers, batches, strict=True):
            assert racer.stdin is not None
            racer.stdin.write(json.dumps(batch) + "\n")
            racer.stdin.flush()
        ends = [racer.communicate(timeout=END_S)[0] for racer in racers]
        assert [racer.returncode for racer in racers] == [0] * len(racers)
    return [json.loads(end) for end in ends]


def _outcomes(answers: list[list[dict[str, Any]]]) -> Counter[str]:
    return Counter(one.get("refused", "done") for found in answers for one in found)


def _pot(terminal: Terminal, household: str) -> tuple[int, int]:
    statement = f"SELECT available, held FROM pot WHERE household='{household}'"
    found: tuple[int, int] = books.rows(terminal.settings.data_dir, statement)[0]  # type: ignore[assignment]
    return found


def test_the_last_piece(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    batches = [
        [{"reserve": {"vinegar": 9}, "id": f"a{n}"} for n in range(30)],
        [{"redeem": {"vinegar": 9}, "id": f"b{n}"} for n in range(30)],
    ]
    answers = _race(terminal, tmp_path, RICH, batches)
    assert _outcomes(answers) == {"done": 44, "not-enough-stock": 16}  # 44 × 9 of 400 pieces
    left = books.rows(terminal.settings.data_dir, "SELECT pieces FROM lot WHERE sku='vinegar'")
    assert left == [(4,)]
    sound(terminal)


def test_the_last_point(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    batches = [[{"reserve": {"vinegar": 1}, "id": f"{name}{n}"} for n in range(10)] for name in "ab"]
    answers = _race(terminal, tmp_path, POOR, batches)
    assert _outcomes(answers) == {"done": 5, "not-enough-points": 15}  # 5 × 2 of 10 points
    assert _pot(terminal, POOR) == (0, 100)
    sound(terminal)


def test_each_reservation_is_collected_once(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    held = [
        place(reserve.reserve(terminal, proof(RICH), (("soap", 1),), "M037A", f"h{n}").entry)
        for n in range(20)
    ]
    batches = [
        [{"collect": one, "id": f"a{one[1]}"} for one in held],
        [{"collect": one, "id": f"b{one[1]}"} for one in reversed(held)],
    ]
    answers = _race(terminal, tmp_path, RICH, batches)
    assert _outcomes(answers) == {"done": 20, "reservation-over": 20}
    assert _pot(terminal, RICH) == (50_000 - 20 * 30, 0)
    sound(terminal)


def test_the_same_request_from_both_sides(village: Village, tmp_path: Path) -> None:
    terminal = village.stocked()
    batch = [{"reserve": {"soap": 1}, "id": f"r{n}"} for n in range(20)]
    first, second = _race(terminal, tmp_path, RICH, [batch, batch[::-1]])
    assert first == second[::-1]
    assert _outcomes([first]) == {"done": 20}
    assert _pot(terminal, RICH) == (50_000 - 20 * 30, 600)
    sound(terminal)
