"""One command in two processes at the same time, on one terminal's database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.services.terminal import Terminal
from tests.faults.killer import Killer
from tests.village import PIN


def both(
    folder: Path, terminal: Terminal, *words: str, rules: str = "", codes: Sequence[int] = (0, 3)
) -> list[dict[str, Any]]:
    """The answers of both, the one carried out first; exactly one is refused unless `codes` say so."""
    config = folder / "config.toml"
    config.write_text(f'[terminal]\ndata_dir = "{terminal.settings.data_dir}"\n[rules]\n{rules}\n')
    argv = ["--config", str(config), *words, "--json"]
    pins = {"KIOSK_PIN": PIN, "KIOSK_PIN_2": PIN}
    for name in "ab":
        (folder / name).mkdir()
    with Killer(folder / "a") as one, Killer(folder / "b") as two:
        one.run(["--help"])  # both servers have loaded the program
        two.run(["--help"])
        with one.start(argv, env=pins) as first, two.start(argv, env=pins) as second:
            answers = [json.loads("".join(child.out)) for child in (first, second)]
            ended = [child.end() for child in (first, second)]
    assert sorted(ended) == list(codes), answers
    return sorted(answers, key=lambda answer: "refused" in answer)
