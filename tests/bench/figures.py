"""What a measurement found, beside its reference and goal: the record, the table, the file."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

_COMPARE = {"<=": lambda value, bound: value <= bound, ">=": lambda value, bound: value >= bound}


@dataclass(frozen=True)
class Figure:
    """One line of `bench.json`. `ratio` is value / reference; `goal` says what of the two is bounded."""

    name: str
    value: float
    unit: str
    reference: float | None
    ratio: float | None
    goal: str
    ok: bool
    about: str


def figure(
    name: str, value: float, unit: str, *, goal: str, reference: float | None = None, about: str = ""
) -> Figure:
    """Judge `value` by `goal`: "ratio <= 2", "value >= 5000", or "" when it is only shown."""
    ratio = value / reference if reference else None
    ok = True
    if goal:
        what, how, bound = goal.split()
        measured = {"value": value, "ratio": ratio}[what]
        assert measured is not None, "a ratio needs a reference"
        ok = _COMPARE[how](measured, float(bound))
    return Figure(name, _digits(value), unit, _short(reference), _short(ratio), goal, ok, about)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that `percent` of `values` do not exceed, interpolated."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def write(figures: Sequence[Figure], path: Path) -> None:
    """The list as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([asdict(one) for one in figures], indent=1) + "\n", "utf-8")


def table(figures: Sequence[Figure]) -> str:
    """The list for people, ours and reference side by side."""
    head = ("name", "ours", "reference", "unit", "ratio", "goal", "ok", "")
    rows = [
        (
            one.name,
            f"{one.value:g}",
            "-" if one.reference is None else f"{one.reference:g}",
            one.unit,
            "-" if one.ratio is None else f"{one.ratio:.2f}",
            one.goal or "-",
            "ok" if one.ok else "MISSED",
            one.about,
        )
        for one in figures
    ]
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (head, *rows)
    )


def _short(value: float | None) -> float | None:
    return None if value is None else _digits(value)


def _digits(value: float) -> float:
    return float(f"{value:.4g}")
