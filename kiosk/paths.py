"""Where the program's own files and a terminal's data lie; opens none of them."""

from __future__ import annotations

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def assets_dir() -> Path:
    """The folder of fonts, words, pictures and catalogues: the checkout's, else the installed copy."""
    checkout = _PACKAGE.parent / "assets"
    return checkout if checkout.is_dir() else _PACKAGE / "_assets"


def example_config() -> Path:
    """The commented configuration with every key and its default."""
    checkout = _PACKAGE.parent / "config.example.toml"
    return checkout if checkout.is_file() else _PACKAGE / "_assets" / "config.example.toml"


def cache_dir() -> Path:
    """A folder for what can be made again at any time (prepared fonts, rendered icons); made if missing."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    path = Path(base) / "points-kiosk"
    path.mkdir(parents=True, exist_ok=True)
    return path
