"""`kiosk run`: the terminal's screens, devices, print queue and line."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.store.only_one import OnlyOne

EXAMPLE = "example: kiosk --config config.toml run"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("--inspect", metavar="SOCKET", help="answer on this socket what the screen shows")


def run(context: Context) -> int:
    """Open the screens; returns when the window is closed."""
    from kiosk.app import run_terminal

    with OnlyOne(context.settings.data_dir / "run.lock", "runs-already"):
        return run_terminal(context.settings, lambda: context.terminal, context.given.inspect)
