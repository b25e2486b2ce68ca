"""`kiosk export` as a clerk uses it: every form as Excel and PDF, wrong words refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.books.catalogue import FORMS
from tests.kiosk.cli.conftest import Kiosk

YEAR = ("2026-01-01", "2026-12-31")
ONE = ("--staff", "M037A", "--json")


@pytest.mark.parametrize("ending", ["xlsx", "pdf"])
def test_every_form_is_written(kiosk: Kiosk, tmp_path: Path, ending: str) -> None:
    for form in FORMS:
        path = tmp_path / f"{form}.{ending}"
        ran = kiosk("export", form, *YEAR, "--household", "0370217", "--to", str(path), *ONE)
        assert ran.code == 0, (form, ran.out, ran.err)
        assert path.read_bytes()[:2] == (b"PK" if ending == "xlsx" else b"%P")
        assert ran.json["file"] == str(path)


def test_the_rules_of_the_centre_are_printed(kiosk: Kiosk, tmp_path: Path) -> None:
    path = tmp_path / "rules.pdf"
    ran = kiosk("export", "rules-of-the-centre", "--to", str(path), *ONE)
    assert (ran.code, ran.json["own"]) == (0, False)
    assert path.read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("points-ledger", *YEAR, "--to", "book.csv"), "file-ending"),
        (("rules-of-the-centre", "--to", "book.xlsx"), "file-ending"),
        (("points-ledger", "--to", "book.pdf"), "day-unreadable"),
        (("points-ledger", "2026-12-31", "2026-01-01", "--to", "book.pdf"), "day-unreadable"),
        (("household-file", *YEAR, "--to", "book.pdf"), "household-needed"),
        (("red-list", "2026-01-02", "2026-02-01", "--to", "book.pdf"), "period-unreadable"),
    ],
)
def test_what_is_refused(kiosk: Kiosk, words: tuple[str, ...], code: str) -> None:
    ran = kiosk("export", *words, *ONE)
    assert (ran.code, ran.json["refused"]) == (3, code)


def test_a_grid_worker_exports_nothing(kiosk: Kiosk, tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    ran = kiosk("export", "points-ledger", *YEAR, "--to", str(path), "--staff", "G037A", "--json")
    assert (ran.code, ran.json["refused"]) == (3, "role-may-not")
    assert not path.exists()
