"""`python -m kiosk` and the `kiosk` command: the process around the command line."""

import os
import sys

from kiosk.cli import main


def run() -> None:
    """Run the command line as this process; only we may read what it writes: names, digests, PIN hashes."""
    os.umask(0o077)
    sys.exit(main())


if __name__ == "__main__":
    run()
