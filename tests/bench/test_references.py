"""The parts of the bench: goals judged, rows given back, references free of ours; nothing is timed."""

from __future__ import annotations

import ast
import sqlite3
from pathlib import Path

import pytest

from tests.bench import references
from tests.bench.figures import figure, percentile
from tests.bench.references.bare_sqlite import Bare, changes


def test_a_goal_bounds_value_or_ratio() -> None:
    assert figure("a", 3.0, "ms", reference=2.0, goal="ratio <= 1.5").ok
    assert not figure("a", 3.1, "ms", reference=2.0, goal="ratio <= 1.5").ok
    assert figure("a", 5000, "entries/s", goal="value >= 5000").ok
    assert figure("a", 1.0, "ms", goal="").ratio is None


def test_percentiles_are_interpolated() -> None:
    assert percentile([float(number) for number in range(101)], 95) == pytest.approx(95.0)


def test_changes_written_again_give_the_same_rows(tmp_path: Path) -> None:
    for name in ("one.db", "two.db"):
        conn = sqlite3.connect(tmp_path / name)
        conn.execute("CREATE TABLE thing (id TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID")
        conn.execute("INSERT INTO thing VALUES ('old', 1)")
        conn.commit()
        conn.close()
    one, two = (Bare(tmp_path / name, "sqlite3", "delete") for name in ("one.db", "two.db"))
    before = one.content()
    conn = sqlite3.connect(tmp_path / "one.db")
    conn.execute("UPDATE thing SET n = 2")
    conn.execute("INSERT INTO thing VALUES ('new', 3)")
    conn.commit()
    conn.close()
    two.write(changes(before, one.content()))
    assert two.content() == one.content() != before
    one.close()
    two.close()


@pytest.mark.parametrize(
    "path", sorted(Path(references.__file__).parent.glob("*.py")), ids=lambda path: path.stem
)
def test_references_import_nothing_of_ours(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = (
            [name.name for name in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
        for name in names:
            assert name.split(".")[0] not in ("kiosk", "drivers", "sync", "tests"), f"{path.name}: {name}"
