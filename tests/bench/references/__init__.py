"""What ours is measured against; nothing in this package imports kiosk, drivers, sync or other tests."""

from pathlib import Path


def bare_kivy_path() -> Path:
    """The script, which opens a window when imported and is therefore only run."""
    return Path(__file__).with_name("bare_kivy.py")
