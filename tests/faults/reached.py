"""`python -m tests.faults.reached`: which lines and branches of the codecs the fuzzing's inputs never reach.

A process of its own, so that what runs at import counts too. Prints one "file:line …" a line, nothing when
all is reached; decides nothing.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import coverage

ROOT = Path(__file__).resolve().parents[2]
CODECS = (
    "drivers/scanner/types.py",
    "drivers/scanner/framing.py",
    "drivers/scanner/keys.py",
    "drivers/idcard/sdt.py",
    "drivers/printer/status.py",
    "kiosk/ledger/cards.py",
)
INPUTS = 1500  # of each codec
SEED = 4


def main() -> None:
    """Run the inputs and print what they did not reach."""
    measured = coverage.Coverage(
        data_file=None, branch=True, config_file=False, include=[str(ROOT / name) for name in CODECS]
    )
    measured.exclude("(?!)")  # a remark in the code hides no line from this
    measured.start()
    from tests.faults.codecs import CODECS as CHECKS

    for check in CHECKS.values():
        rng = Random(SEED)
        for _ in range(INPUTS):
            check(rng)
    measured.stop()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measured.json_report(morfs=[str(ROOT / name) for name in CODECS], outfile=str(report))
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
    for line in unreached(files):
        print(line)


def unreached(files: dict[str, dict[str, list[int] | list[list[int]]]]) -> Iterator[str]:
    """Each line never run as "file:7", each branch never taken as "file:7 to 9", -1 for the way out."""
    found = {str(Path(name).resolve().relative_to(ROOT)): file for name, file in files.items()}
    for name in CODECS:
        yield from (f"{name}:{line}" for line in found[name]["missing_lines"])
        for start, end in found[name]["missing_branches"]:  # type: ignore[misc]
            yield f"{name}:{start} to {max(end, -1)}"


if __name__ == "__main__":
    main()
