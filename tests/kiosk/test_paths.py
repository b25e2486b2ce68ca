"""Paths: what the program brings with it is found, what it keeps lies where the system says."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import paths


def test_what_comes_with_the_program() -> None:
    assert (paths.assets_dir() / "locale" / "zh-CN.toml").is_file()
    assert paths.example_config().is_file()


def test_an_installed_copy_is_found_without_a_checkout(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = tmp_path / "kiosk"
    (package / "_assets").mkdir(parents=True)
    monkeypatch.setattr(paths, "_PACKAGE", package)
    assert paths.assets_dir() == package / "_assets"
    assert paths.example_config() == package / "_assets" / "config.example.toml"


def test_the_cache_follows_the_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "here"))
    assert paths.cache_dir() == tmp_path / "here" / "points-kiosk"
    assert paths.cache_dir().is_dir()
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert paths.cache_dir() == tmp_path / "home" / ".cache" / "points-kiosk"
