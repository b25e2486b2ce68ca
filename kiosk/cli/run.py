"""`kiosk run`: the terminal's screens, devices, print queue and line."""

from __future__ import annotations

import argparse

from kiosk.cli.context import Context
from kiosk.store.only_one import OnlyOne

EXAMPLE = "examples:\n  kiosk --config config.toml run\n  kiosk --config config.toml run --training"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument(
        "--training",
        action="store_true",
        help="practise on an invented village; nothing counts, nothing is sent",
    )
    parser.add_argument("--inspect", metavar="SOCKET", help="answer on this socket what the screen shows")


def run(context: Context) -> int:
    """Open the screens; returns when the window is closed."""
    from kiosk.app import run_terminal

    with OnlyOne(context.settings.data_dir / "run.lock", "runs-already"):
        if context.given.training:
            from kiosk.demo import training

            settings = training.settings_of(context.settings)
            return run_terminal(settings, lambda: training.opened(settings), context.given.inspect)
        return run_terminal(context.settings, lambda: context.terminal, context.given.inspect)
