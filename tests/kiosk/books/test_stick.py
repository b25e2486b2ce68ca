"""Where books go: the configured folder, or no stick; a full one is refused by name."""

from __future__ import annotations

import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from kiosk.books import stick
from kiosk.config import BooksSettings, Settings
from kiosk.ledger.refusals import Refused

Usage = namedtuple("Usage", "total used free")


def _settings(folder: Path, export_dir: str) -> Settings:
    return Settings(folder=str(folder), books=BooksSettings(export_dir=export_dir))


def test_the_configured_folder_counts_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert stick.place(_settings(tmp_path, "out")) == (tmp_path / "out").resolve()


def test_no_stick_and_a_full_one_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused) as none:
        stick.place(_settings(tmp_path, "gone"))
    assert none.value.code == "no-stick"
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: Usage(10, 10, 0))
    with pytest.raises(Refused) as full:
        stick.place(_settings(tmp_path, "out"))
    assert full.value.code == "stick-full"


def test_a_mounted_stick_is_found_two_folders_deep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mounted = tmp_path / "media" / "somebody" / "STICK"
    mounted.mkdir(parents=True)
    (tmp_path / "media" / "empty").mkdir()
    monkeypatch.setattr(stick, "ROOTS", (tmp_path / "media", tmp_path / "nowhere"))
    monkeypatch.setattr("os.path.ismount", lambda path: Path(path) == mounted)
    assert stick.place(_settings(tmp_path, "")) == mounted
