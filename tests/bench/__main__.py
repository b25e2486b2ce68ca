"""`python -m tests.bench [NAME …]`: measure, print, write bench.json; exit 1 when a goal is missed."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from tests.bench import figures
from tests.bench.figures import Figure

PARTS = (
    *("redeem", "sync", "first_frame", "scan", "tap", "frames", "idle", "slip", "decode", "camera"),
    *("by_hand", "day", "sessions", "ten_years"),
)


def main() -> int:
    """Run the named parts, or all of them, one after another."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="NAME", help=f"some of: {', '.join(PARTS)}")
    parser.add_argument("--out", type=Path, default=Path("bench-out"))
    given = parser.parse_args()
    unknown = set(given.parts) - set(PARTS)
    if unknown:
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    given.out.mkdir(parents=True, exist_ok=True)
    found: list[Figure] = []
    for part in given.parts or PARTS:
        print(f"measuring {part} …", file=sys.stderr, flush=True)
        measure: Callable[[Path], list[Figure]] = import_module(f"tests.bench.{part}").measure
        # beside the results, on the disk of the project: a temporary folder may be memory
        work = Path(tempfile.mkdtemp(prefix=f"{part}-", dir=given.out))
        try:
            found += measure(work)
        finally:
            shutil.rmtree(work)
    figures.write(found, given.out / "bench.json")
    print(figures.table(found))
    return 0 if all(one.ok for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
