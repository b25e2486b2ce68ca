"""The poster and the manager's card: one page each in every language, with the centre's own words on it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kiosk.books import posters
from kiosk.cli import main
from kiosk.words import Words, locales


def written(tmp_path: Path, page: str, locale: str) -> str:
    """The text of the page, as pdftotext reads it."""
    config, file = tmp_path / "config.toml", tmp_path / f"{page}.pdf"
    config.write_text('[place]\ncentre_name = "柳泉村积分超市"\nmanager_phone = "0476-1234567"\n', "utf-8")
    assert main(["--config", str(config), "--locale", locale, "poster", page, "--to", str(file)]) == 0
    ran = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, text=True, check=True)
    assert ran.stdout.count("\f") == 1, "one page"
    return "".join(ran.stdout.split())


@pytest.mark.parametrize("locale", locales())
@pytest.mark.parametrize("page", posters.PICTURES)
def test_everything_is_on_one_page(tmp_path: Path, page: str, locale: str) -> None:
    text, say = written(tmp_path, page, locale), Words(locale)
    assert "柳泉村积分超市" in text
    for key in ("title", "step1", "step2_how", "step3", "step4_how", "more_how", "lost"):
        assert "".join(say(f"poster.{page}.{key}").split()) in text
    assert ("0476-1234567" in text) == (page == "resident")


def test_another_ending_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config.toml").write_text("", "utf-8")
    words = ["--config", str(tmp_path / "config.toml"), "poster", "manager", "--to", str(tmp_path / "a.png")]
    assert main(words) == 3
    assert ".pdf" in capsys.readouterr().err
