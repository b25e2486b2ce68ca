"""`python -m tests.faults.monkey [--minutes 60] [--seed N]`: play, print the list; exit 1 on any fault."""

from __future__ import annotations

import argparse
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tests.faults.monkey.cage import Cage
from tests.faults.monkey.run import Report, run

LEAST_ENTERED = 0.95
SIZES = ((1280, 800), (1024, 600), (1080, 1920), (1920, 1080))


def main() -> int:
    """Play as told."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.monkey", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(100_000))
    parser.add_argument("--size", default="", metavar="WIDTHxHEIGHT", help="default: one by the seed")
    parser.add_argument("--keep", action="store_true", help="keep village and logs also when all is well")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x")) if given.size else SIZES[given.seed % len(SIZES)]
    folder = Path(tempfile.mkdtemp(prefix=f"monkey-{given.seed}-"))
    print(f"seed {given.seed}, {width}x{height}, {given.minutes:g} minutes, in {folder}", flush=True)
    with Cage(folder, width, height, "zh-CN", shuffle_pin=bool(given.seed % 2)) as cage:
        report = run(cage, given.seed, given.minutes * 60, tell=lambda text: print(text, flush=True))
    print(report)
    ok = well(report) and report.entered >= LEAST_ENTERED
    if ok and not given.keep:
        shutil.rmtree(folder)
    return 0 if ok else 1


def well(report: Report) -> bool:
    """Nothing broke."""
    return not (report.faults or report.mistakes or report.books)


if __name__ == "__main__":
    sys.exit(main())
