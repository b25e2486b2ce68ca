"""`kiosk read-image FILE…`: the codes in pictures, one JSON line a file."""

from __future__ import annotations

import argparse
import json

from drivers.scanner.decode import describe_file
from kiosk.cli.context import Context

EXAMPLE = "example: kiosk read-image card.png photo.jpg"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be said."""
    parser.add_argument("files", nargs="+", metavar="FILE")


def run(context: Context) -> int:
    """Read every file; 1 when one of them can't be opened as a picture."""
    readable = True
    for name in context.given.files:
        found = describe_file(name)
        readable = readable and "error" not in found
        print(json.dumps(found, ensure_ascii=False), flush=True)
    return 0 if readable else 1
