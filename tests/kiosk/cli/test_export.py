"""`kiosk export` and `audit` as people use them: every form as Excel and PDF, packs, wrong words refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.books.catalogue import FORMS
from tests.kiosk.cli.conftest import Kiosk

YEAR = ("2026-01-01", "2026-12-31")
ONE = ("--staff", "M037A", "--json")


# pages are drawn the same for every form: one table, several pages, tables that follow each other
@pytest.mark.parametrize(
    ("ending", "forms"), [("xlsx", tuple(FORMS)), ("pdf", ("checklist", "points-notice", "household-file"))]
)
def test_every_form_is_written(kiosk: Kiosk, tmp_path: Path, ending: str, forms: tuple[str, ...]) -> None:
    for form in forms:
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


def test_a_pack_is_made_checked_and_found_out(kiosk: Kiosk, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    made = kiosk("audit", "pack", "--to", str(path), "--staff", "S037A", "--json")
    assert (made.code, made.json["file"]) == (0, str(path))
    whole = kiosk("audit", "check", str(path), "--json", config=tmp_path / "none.toml")
    assert (whole.code, whole.json["ok"], whole.json["entries"]) == (0, True, made.json["entries"])
    path.write_bytes(b"PK")
    broken = kiosk("audit", "check", str(path), "--json")
    assert (broken.code, broken.json["refused"]) == (3, "pack-unreadable")


def test_flags_name_nobody_whole(kiosk: Kiosk) -> None:
    for at, household in enumerate(("0370217", "0370301", "0370900")):
        card = kiosk.card(household)
        kiosk.redeem(
            "--card", card, "--item", f"soap={at + 1}", "--collector", "王小五", "--relation", "neighbour"
        )
    ran = kiosk("audit", "flags", *YEAR, "--staff", "S037A")
    assert (ran.code, ran.out.strip()) == (0, "没有疑点")
    taken = kiosk("points", "deduct", "0370217", "tidy-yard", "2", "--staff", "M037A", "--second", "R037A")
    assert taken.code == 0, taken.err
    ran = kiosk("audit", "flags", *YEAR, "--staff", "S037A")
    assert "扣分没有佐证" in ran.out
